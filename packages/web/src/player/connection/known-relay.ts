import { type Micros, micros } from '@oriel/base';
import type { BandwidthReport, Message, Problem } from '@oriel/protocol';
import type { TrackId } from '@oriel/stream';
import { Directory } from './directory.ts';
import { KeptGops } from './kept-gops.ts';
import { type TrackKey, trackKey } from './track-key.ts';

/** The relay says every two seconds what the connection carries while it is behind: without a word it is not. */
const CARRY_LASTS: Micros = micros(6000);

/** What the page has learnt of its relay: the cameras, the newest pictures of each, the last complaint. */
export class KnownRelay {
	readonly directory = new Directory();
	readonly gops = new KeptGops();
	#greetedAt: Micros | undefined;
	#problem: Problem | undefined;
	readonly #carries = new Map<TrackKey, { readonly carry: BandwidthReport; readonly until: Micros }>();

	/** The last complaint on this connection. */
	get problem(): Problem | undefined {
		return this.#problem;
	}

	/** What the connection carries of a track while that is less than the camera sends. */
	carries(key: TrackKey, now: Micros): BandwidthReport | undefined {
		const known = this.#carries.get(key);
		return known && now < known.until ? known.carry : undefined;
	}

	/** The relay has said hello on a new connection. */
	greeted(now: Micros): void {
		this.#greetedAt = now;
		this.#problem = undefined;
	}

	/** The connection is lost. */
	lost(): void {
		this.#greetedAt = undefined;
		this.#carries.clear();
		this.directory.forgetNumbers();
	}

	/** Learns from a message; those that teach nothing are passed over. */
	learn(message: Message, now: Micros): void {
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
				this.#withdrawn(message.camera);
				break;
			case 'carry':
				this.#carried(this.directory.reader(message.camera)?.id, message, now);
				break;
			case 'error':
				this.#problem = message;
		}
	}

	#withdrawn(number: number): void {
		const gone = this.directory.withdraw(number);
		if (!gone) return;
		for (const track of gone.tracks) this.gops.forget(trackKey(gone.camera, track));
	}

	#carried(id: TrackId | undefined, carry: BandwidthReport, now: Micros): void {
		if (id === undefined) return;
		const key = trackKey(id.camera, id.name);
		if (carry.offers === 'all') this.#carries.delete(key);
		else this.#carries.set(key, { carry, until: now + CARRY_LASTS });
	}
}
