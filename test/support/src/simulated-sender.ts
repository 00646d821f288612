import { type Cancel, micros } from '@oriel/base';
import { CongestionController } from '@oriel/stream';
import type { SimulatedLink } from './simulated-link.ts';

export interface Camera {
	readonly fps: number;
	/** Bytes of the picture with this number. */
	readonly bytesOf: (sequence: number) => number;
	/** Pictures in a group; 1 for JPEGs. */
	readonly group: number;
}

interface SentFrame {
	readonly sequence: number;
	readonly at: number;
	readonly bytes: number;
}

export interface Shown extends SentFrame {
	/** Milliseconds, when it had arrived. */
	readonly age: number;
	/** How long its first byte waited on the link for others: its own sender's and all others. */
	readonly waited: number;
	readonly shownAt: number;
}

export interface Account {
	readonly fps: number;
	readonly medianAge: number;
	readonly p95Age: number;
	readonly worstAge: number;
	/** Median of the time that pictures waited on the link. */
	readonly queue: number;
	readonly bitsPerSecond: number;
	/** The longest time between two pictures that were shown. */
	readonly longestStill: number;
}

/** 25 KB pictures, 24 a second. */
export const MJPEG: Camera = { fps: 24, group: 1, bytesOf: () => 25_000 };

/** About so many bits a second, with a key frame of `keyTimes` the size of another at the beginning of each group. */
export function h264(
	bitsPerSecond: number,
	{ fps = 24, group = 24, keyTimes = 4 }: { fps?: number; group?: number; keyTimes?: number } = {},
): Camera {
	const delta = (bitsPerSecond * group) / fps / 8 / (group - 1 + keyTimes);
	const wobble = (sequence: number) => 0.75 + (((sequence * 7919) % 101) / 100) * 0.5;
	return {
		fps,
		group,
		bytesOf: (sequence) => Math.round(sequence % group === 0 ? keyTimes * delta : delta * wobble(sequence)),
	};
}

/** A receiver that does nothing for so long, then all that waits, again and again. */
export interface Busy {
	readonly busyMs: number;
	/** Whether its acknowledgements say how long frames may have waited. */
	readonly tells: boolean;
}

/** A camera and a sender that keeps the newest group only, and sends what the flow lets it. */
export class SimulatedSender {
	readonly flow = new CongestionController();
	readonly shown: Shown[] = [];
	mostFramesOut = 0;
	mostBytesOut = 0;
	readonly #link: SimulatedLink;
	readonly #camera: Camera;
	readonly #stop: Cancel;
	readonly #busy: Busy | undefined;
	#waiting: SentFrame[] = [];
	#cancelLook: Cancel | undefined;
	#sequence = 0;
	/** Told of each picture that is sent: none may be missing between it and its key frame. */
	#lastSent = -1;

	constructor(link: SimulatedLink, camera: Camera, busy?: Busy) {
		this.#link = link;
		this.#busy = busy;
		this.#camera = camera;
		this.#stop = link.clock.every(1000 / camera.fps, () => this.#capture());
	}

	stop(): void {
		this.#stop();
		this.#waiting = [];
	}

	/** What was shown in the last `ms`. */
	account(ms: number): Account {
		const since = this.#link.now - ms;
		const shown = this.shown.filter(({ shownAt }) => shownAt > since);
		const at = (values: number[], share: number) =>
			values.sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ??
			Number.POSITIVE_INFINITY;
		const ages = shown.map(({ age }) => age);
		return {
			fps: (shown.length * 1000) / ms,
			medianAge: at(ages, 0.5),
			p95Age: at(ages, 0.95),
			worstAge: at(ages, 1),
			queue: at(
				shown.map(({ waited }) => waited),
				0.5,
			),
			longestStill: Math.max(...shown.map(({ shownAt }, index) => shownAt - (shown[index - 1]?.shownAt ?? shownAt))),
			bitsPerSecond: (shown.reduce((sum, { bytes }) => sum + bytes, 0) * 8000) / ms,
		};
	}

	#capture(): void {
		const sequence = this.#sequence++;
		if (sequence % this.#camera.group === 0) this.#waiting = [];
		this.#waiting.push({ sequence, at: this.#link.now, bytes: this.#camera.bytesOf(sequence) });
		this.#pump();
	}

	#pump(): void {
		const { clock } = this.#link;
		this.#cancelLook?.();
		while (this.#waiting.length > 0 && this.flow.maySend(clock.now())) this.#send();
		const ready = this.#waiting.length > 0 ? this.flow.readyAt(clock.now()) : undefined;
		if (ready !== undefined)
			this.#cancelLook = clock.after(Math.ceil((ready - clock.now()) / 1000), () => this.#pump());
	}

	#send(): void {
		const picture = this.#waiting.shift();
		if (!picture) return;
		const { sequence, at, bytes } = picture;
		const isKey = sequence % this.#camera.group === 0;
		if (!isKey && sequence !== this.#lastSent + 1) throw new Error(`Picture ${sequence} cannot be decoded`);
		this.#lastSent = sequence;
		this.flow.onSent(sequence, bytes, this.#link.clock.now());
		this.mostFramesOut = Math.max(this.mostFramesOut, this.flow.count);
		this.mostBytesOut = Math.max(this.mostBytesOut, this.flow.bytes);
		const arrived = (waited: number): void => {
			const shownAt = this.#link.now;
			this.shown.push({ ...picture, age: shownAt - at, waited, shownAt });
		};
		this.#link.send(bytes, arrived, () => this.#answered(sequence));
	}

	/** A busy receiver acknowledges when it is free next. It knows how long it was busy, not when the frame came. */
	#answered(sequence: number): void {
		const { clock, now } = this.#link;
		const { busyMs = 0, tells = false } = this.#busy ?? {};
		const wait = busyMs > 0 ? busyMs - (now % busyMs) : 0;
		clock.after(wait, () => {
			this.flow.onAck(sequence, clock.now(), tells ? micros(busyMs) : 0);
			this.#pump();
		});
	}
}
