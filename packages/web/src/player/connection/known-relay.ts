import type { Micros } from '@oriel/base';
import type { Message, Problem } from '@oriel/wire';
import { Directory } from './directory.ts';
import type { Picture } from './picture.ts';

/** What the page has learnt of its relay: the cameras, the newest picture of each, the last complaint. */
export class KnownRelay {
	readonly directory = new Directory();
	readonly #newest = new Map<string, Picture>();
	#greetedAt: Micros | undefined;
	#problem: Problem | undefined;

	/** The last complaint on this connection. */
	get problem(): Problem | undefined {
		return this.#problem;
	}

	/** The newest picture that has come of a camera. */
	newest(camera: string): Picture | undefined {
		return this.#newest.get(camera);
	}

	keep(picture: Picture): void {
		this.#newest.set(picture.camera, picture);
	}

	/** The relay has said hello on a new connection. */
	greeted(now: Micros): void {
		this.#greetedAt = now;
		this.#problem = undefined;
	}

	/** The connection is lost. */
	lost(): void {
		this.#greetedAt = undefined;
		this.directory.forgetNumbers();
	}

	/** Learns from a message; those that teach nothing are passed over. */
	learn(message: Message): void {
		switch (message.type) {
			case 'pong':
				// Its ping left after the relay's hello had arrived, and the relay lists its cameras right after its hello.
				if (this.#greetedAt !== undefined && message.pingSentAt >= this.#greetedAt) this.directory.finishList();
				break;
			case 'announce':
				this.directory.announce(message.camera, message);
				break;
			case 'status':
				this.directory.status(message.camera, message);
				break;
			case 'withdraw':
				this.#newest.delete(this.directory.withdraw(message.camera) ?? '');
				break;
			case 'error':
				this.#problem = message;
		}
	}
}
