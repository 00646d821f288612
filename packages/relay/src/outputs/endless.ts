import type { Socket } from 'node:net';
import { type Clock, type Log, type Micros, micros, millis, reasonOf } from '@oriel/base';
import { type EncodedFrame, ReadCursor } from '@oriel/stream';
import type { Access } from '../auth/access.ts';
import type { Principal } from '../auth/policy.ts';
import type { Egress } from '../core/counters.ts';
import type { Track } from '../core/track.ts';
import type { Viewer, ViewerFacts } from '../core/viewer.ts';
import { SAFE_HEADERS } from '../http/respond.ts';
import type { Exchange } from '../http/route.ts';
import type { Unsent, UnsentBudget } from '../memory/unsent.ts';

/** A viewer whose socket has not taken one whole picture in this time is gone, or too slow to be of use. */
export const WRITE_STALL = micros(10_000);

/** A viewer that missed pictures in so many seconds, and in none of those between got all, is behind; once is a hiccup. */
const BEHIND_SECONDS = 3;

const NOTHING = Buffer.alloc(0);

/** A frame as one viewer gets it. */
export interface Wrapped {
	/** What goes before it, of this viewer alone. */
	readonly own?: Buffer;
	/** What all viewers get. */
	readonly shared: Buffer;
}

/** What turns frames into an endless answer. */
export interface Wrapping {
	/** Its name in metrics. */
	readonly transport: string;
	readonly contentType: string;
	/** What goes before the first frame. */
	readonly preamble?: Buffer;
	/** A frame's bytes; undefined ends the answer: this is no picture of the kind that it carries. */
	wrap(frame: EncodedFrame): Wrapped | undefined;
}

export interface EndlessOptions {
	readonly clock: Clock;
	readonly log: Log;
	readonly access: Access;
	/** Ends all viewers when the relay stops. */
	readonly signal: AbortSignal;
	/** What all viewers have not taken. */
	readonly unsent: UnsentBudget;
	/** Called for a viewer that misses pictures second after second. */
	readonly fellBehind: () => void;
}

/** Answers with a body without end: what a viewer lacks whenever its socket is free, never a backlog. */
export function streamEndless(
	track: Track,
	{ request, takeSocket, who }: Exchange<Principal>,
	wrapping: Wrapping,
	options: EndlessOptions,
): void {
	const socket = takeSocket();
	const head = headOf(wrapping, options.clock);
	if (request.method !== 'HEAD') {
		new EndlessViewer(track, socket, who, wrapping, options).start(head);
		return;
	}
	socket.write(head);
	socket.destroySoon();
}

function headOf({ contentType }: Wrapping, clock: Clock): string {
	const lines = [
		'HTTP/1.1 200 OK',
		`content-type: ${contentType}`,
		// nginx would gather pictures and hand them out late.
		'x-accel-buffering: no',
		'connection: close',
		...Object.entries(SAFE_HEADERS).map(([name, value]) => `${name}: ${value}`),
		`date: ${new Date(clock.wall()).toUTCString()}`,
	];
	return `${lines.join('\r\n')}\r\n\r\n`;
}

class EndlessViewer implements Viewer {
	readonly transport: string;
	readonly #wrapping: Wrapping;
	readonly #track: Track;
	readonly #socket: Socket;
	readonly #who: Principal;
	readonly #options: EndlessOptions;
	readonly #openedAt: Micros;
	readonly #cursor: ReadCursor;
	readonly #egress: Egress;
	readonly #unsent: Unsent;
	/** When a tick last saw the viewer take pictures, and how many it had taken then. */
	#movedAt: Micros;
	#framesThen = 0;
	/** What the last tick saw, and how many ticks since a good one saw pictures missed. */
	#seen = { frames: 0, dropped: 0 };
	#secondsBehind = 0;
	#endReason = 'the viewer left';

	constructor(track: Track, socket: Socket, who: Principal, wrapping: Wrapping, options: EndlessOptions) {
		this.transport = wrapping.transport;
		this.#wrapping = wrapping;
		this.#track = track;
		this.#socket = socket;
		this.#who = who;
		this.#options = options;
		const egress = track.counters.egress(wrapping.transport);
		this.#egress = egress;
		this.#cursor = new ReadCursor(track, (skipped) => {
			egress.droppedBehind += skipped;
		});
		this.#unsent = options.unsent.open(() => this.#end('the relay holds too much for viewers that do not read'));
		this.#openedAt = this.#movedAt = options.clock.now();
	}

	/** `head`: status line and headers. */
	start(head: string): void {
		const { access, signal } = this.#options;
		const letGo = access.lease({
			who: this.#who,
			action: 'camera.watch',
			camera: this.#track.id.camera,
			ended: () => this.#end('access was revoked'),
		});
		const stop = () => this.#end('the relay stops');
		signal.addEventListener('abort', stop);
		this.#socket.once('close', () => {
			letGo();
			signal.removeEventListener('abort', stop);
			detach();
			this.#unsent.close();
			this.#cursor.close();
			this.#report();
		});
		this.#socket.on('error', () => this.#socket.destroy());
		const { preamble } = this.#wrapping;
		this.#socket.write(head, this.#pump);
		if (preamble) this.#socket.write(preamble, this.#pump);
		const detach = this.#track.attach(this);
	}

	offer(): void {
		this.#pump();
	}

	get facts(): ViewerFacts {
		const { frames, skipped: dropped } = this.#cursor;
		return { since: this.#openedAt, frames, dropped };
	}

	tick(now: Micros): void {
		const { frames, skipped: dropped } = this.#cursor;
		if (dropped > this.#seen.dropped) this.#secondsBehind++;
		else if (frames > this.#seen.frames) this.#secondsBehind = 0;
		this.#seen = { frames, dropped };
		if (this.#secondsBehind >= BEHIND_SECONDS) this.#options.fellBehind();
		if (this.#socket.writableLength === 0 || frames > this.#framesThen) {
			this.#movedAt = now;
			this.#framesThen = frames;
		} else if (now - this.#movedAt > WRITE_STALL) this.#end('the viewer takes nothing');
	}

	cameraRemoved(): void {
		this.#end('the camera was removed');
	}

	/** Sends what the viewer lacks, one picture after the other, as long as the socket takes them at once. */
	readonly #pump = (): void => {
		const socket = this.#socket;
		if (socket.writableLength === 0) this.#unsent.free();
		while (socket.writableLength === 0 && !socket.destroyed) {
			const frame = this.#cursor.next();
			const wrapped = frame && this.#wrap(frame);
			if (!wrapped) return;
			this.#send(wrapped);
		}
	};

	/** A picture that cannot be packed ends this viewer's answer alone. */
	#wrap(frame: EncodedFrame): Wrapped | undefined {
		try {
			const wrapped = this.#wrapping.wrap(frame);
			if (!wrapped) this.#end('the camera’s format changed');
			return wrapped;
		} catch (thrown) {
			this.#end(`a picture could not be packed: ${reasonOf(thrown)}`);
			return undefined;
		}
	}

	#send({ own = NOTHING, shared }: Wrapped): void {
		const bytes = own.length + shared.length;
		this.#egress.frames++;
		this.#egress.bytes += bytes;
		// Both leave in one write.
		this.#socket.cork();
		if (own.length > 0) this.#socket.write(own);
		this.#socket.write(shared);
		this.#socket.uncork();
		// As a rule the kernel has taken it by now. A call-back with every write would cost each viewer a turn of the
		// event loop for each picture; so only a socket that is still busy is asked to call, behind what it holds.
		if (this.#socket.writableLength === 0) return;
		this.#unsent.share([shared]);
		// TLS keeps what it has encrypted besides what it was given.
		this.#unsent.own(own.length + ('encrypted' in this.#socket ? bytes : 0));
		this.#socket.write(NOTHING, this.#pump);
	}

	#end(reason: string): void {
		this.#endReason = reason;
		this.#socket.destroy();
	}

	#report(): void {
		const seconds = Math.round(millis(this.#options.clock.now() - this.#openedAt)) / 1000;
		const fields = { camera: this.#track.id.camera, transport: this.transport, reason: this.#endReason, seconds };
		this.#options.log.info('viewer left', {
			...fields,
			frames: this.#cursor.frames,
			dropped: this.#cursor.skipped,
		});
	}
}
