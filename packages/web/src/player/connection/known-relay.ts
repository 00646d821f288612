import type { Micros } from '@oriel/base';
import type { Message, Problem } from '@oriel/wire';
import { Directory } from './directory.ts';
import { KeptPictures } from './kept-pictures.ts';

/** What the page has learnt of its relay: the cameras, the newest pictures of each, the last complaint. */
export class KnownRelay {
	readonly directory = new Directory();
	readonly pictures = new KeptPictures();
	#greetedAt: Micros | undefined;
	#problem: Problem | undefined;

	/** The last complaint on this connection. */
	get problem(): Problem | undefined {
		return this.#problem;
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
				this.pictures.forget(this.directory.withdraw(message.camera) ?? '');
				break;
			case 'error':
				this.#problem = message;
		}
	}
}
