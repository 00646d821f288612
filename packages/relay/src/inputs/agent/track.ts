import type { Micros } from '@oriel/base';
import { inspectJpeg, isAnnexB } from '@oriel/media';
import type { Announce, FrameMessage } from '@oriel/protocol';
import { nextSequence, type RunId, sequenceDistance, type TrackName } from '@oriel/stream';
import type { TrackPublication } from '../../core/publication.ts';
import type { Track } from '../../core/track.ts';
import { beginsRefresh } from '../refresh.ts';
import type { AgentClock } from './clock.ts';
import { GroupTimes } from './group-times.ts';
import { formatOfKey } from './key-frame.ts';

/** What became of a frame. */
export interface Taken {
	/** False: it was no picture. */
	readonly isPicture: boolean;
	/** When it was captured, in the relay's clock. */
	readonly capturedAt: Micros;
}

/** One track of an agent's connection: checks its frames, places them on the relay's clock, counts those that never came. */
export class AgentTrack {
	/** By which the agent names it. */
	number: number;
	readonly #track: Track;
	readonly #publication: TrackPublication;
	readonly #clock: AgentClock;
	readonly #times = new GroupTimes();
	#canMakeKeys = false;
	#canPause = false;
	/** Whether frames may be missing before the next one because the track was paused. */
	#wasPaused = false;
	/** The agent's own count of the camera's unbroken runs. */
	#stretch: number | undefined;
	/** Of the agent's process; undefined: an older agent. */
	#run: RunId | undefined;
	#lastSequence: number | undefined;
	/** Pictures so far, and frames that the agent counted and did not send, or could not. */
	frames = 0;
	missed = 0;

	constructor(number: number, track: Track, publication: TrackPublication, clock: AgentClock) {
		this.number = number;
		this.#track = track;
		this.#publication = publication;
		this.#clock = clock;
	}

	get name(): TrackName {
		return this.#track.id.name;
	}

	/** Whether the camera can make a key frame of it on request. */
	get canMakeKeys(): boolean {
		return this.#canMakeKeys;
	}

	/** The relay asks for no more frames, because it has no viewers. False: this one cannot pause. */
	pause(): boolean {
		this.#wasPaused ||= this.#canPause;
		return this.#canPause;
	}

	onAnnounce({ codec, codecString, width, height, stream, run, capabilities }: Announce): void {
		this.#canMakeKeys = capabilities.includes('key-frame');
		this.#canPause = capabilities.includes('pause');
		// A new run does not continue the earlier one.
		if (stream !== this.#stretch) this.#publication.lost();
		this.#stretch = stream;
		this.#run = run;
		this.#publication.describe({ codec, codecString, width, height });
	}

	onFrame(frame: FrameMessage, now: Micros): Taken {
		if (!this.#follows(frame.sequence)) this.#publication.lost();
		const capturedAt = this.#clock.capturedAt(frame.capturedAt, now);
		const isPicture = this.#isPicture(frame);
		if (isPicture) this.#publish(frame, capturedAt, now);
		else this.#refuse();
		return { isPicture, capturedAt };
	}

	/** The agent has no more frames of it. */
	close(): void {
		this.#publication.close();
	}

	#publish(frame: FrameMessage, arrivedCapturedAt: Micros, now: Micros): void {
		this.frames++;
		const { presentationOffset, sequence, data } = frame;
		const key = frame.key || this.#track.format.codec === 'jpeg';
		const isRefresh = !key && beginsRefresh(data);
		const capturedAt =
			presentationOffset === undefined
				? arrivedCapturedAt
				: this.#times.next({ ...frame, presentationOffset }, arrivedCapturedAt, now);
		const origin = this.#run === undefined ? undefined : { run: this.#run, sequence };
		this.#publication.push({ key, capturedAt, presentationOffset, origin, data, isRefresh });
	}

	#refuse(): void {
		this.#track.counters.droppedBroken++;
		this.#publication.lost();
	}

	/** Even a keyholder's mistake must not reach the viewers. What a key frame says of itself outweighs the announcement. */
	#isPicture({ key, data }: FrameMessage): boolean {
		if (this.#track.format.codec === 'jpeg') return inspectJpeg(data) !== undefined;
		if (!key) return isAnnexB(data);
		const format = formatOfKey(data);
		if (format) this.#publication.describe(format);
		return format !== undefined;
	}

	/** Whether the frame is the next of the agent's; counts those between. */
	#follows(sequence: number): boolean {
		const expected = this.#lastSequence === undefined ? sequence : nextSequence(this.#lastSequence);
		const missed = sequenceDistance(sequence, expected);
		this.#lastSequence = sequence;
		const wasPaused = this.#wasPaused;
		this.#wasPaused = this.#track.isPaused;
		// Below zero the agent's counter went back; no frames are missing.
		if (missed > 0 && !wasPaused) {
			this.missed += missed;
			this.#track.counters.droppedUplink += missed;
		}
		return missed === 0;
	}
}
