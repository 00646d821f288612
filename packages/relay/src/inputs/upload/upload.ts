import { ingest } from '@oriel/api';
import { type Clock, hex, type Log, type Micros, millis, StallLimit } from '@oriel/base';
import {
	MediaError,
	type MediaUnit,
	openReader,
	type Reader,
	Silence,
	type Sniffed,
	type StreamKind,
	sniffBody,
	TimedReader,
} from '@oriel/media';
import type { Access } from '../../auth/access.ts';
import { answerableFor } from '../../auth/answerable.ts';
import type { Principal } from '../../auth/policy.ts';
import type { Camera } from '../../core/camera.ts';
import { MAX_PUBLISHERS_PER_CAMERA, type OpenPublisher, type OpenPublishers } from '../../core/open-publishers.ts';
import type { EndReason, Publication } from '../../core/publication.ts';
import { RelayError } from '../../errors/relay-error.ts';
import { sendAnswer, sendError } from '../../http/respond.ts';
import type { Exchange } from '../../http/route.ts';
import type { Budget, Share } from '../../memory/budget.ts';
import { FramePace } from '../frame-pace.ts';
import { beginsRefresh } from '../refresh.ts';
import { skipCounter } from './skip-counter.ts';
import { SniffBuffer } from './sniff-buffer.ts';

/** A camera whose body brings nothing for this long has gone, unless it is a slow one: see `StallLimit`. */
export const BODY_SILENCE_MS = 30_000;
/** A body that shows no known format within this many bytes is refused. */
export const SNIFF_BYTES = 64 * 1024;

/**
 * A bare H.264 stream that is silent for this long has given a whole picture. Bytes that come over a network pause in the
 * middle of pictures, so this is long: it matters to slow cameras only, at others the next picture comes before.
 */
const FLUSH_GAP_MS = 50;

export interface UploadOptions {
	readonly clock: Clock;
	readonly log: Log;
	readonly access: Access;
	readonly publishers: OpenPublishers;
	/** What all connections hold of pictures that are not whole. */
	readonly incoming: Budget;
	/** Largest picture accepted. */
	readonly maxPictureBytes: number;
	/** Hears how old each picture was when it had arrived. */
	readonly arrived: (age: Micros) => void;
}

/** Takes an endless request body as a camera. Answers when the body ends, or with an error that says what was seen. */
export function acceptUpload(camera: Camera, exchange: Exchange<Principal>, options: UploadOptions): void {
	new Upload(camera, exchange, options).start();
}

class Upload implements OpenPublisher {
	readonly #camera: Camera;
	readonly #exchange: Exchange<Principal>;
	readonly #options: UploadOptions;
	readonly #skipped: (bytes: number, pictures: number) => void;
	readonly #openedAt: Micros;
	readonly #share: Share;
	readonly #framePace: FramePace;
	/** What has been read while the format is not known yet. */
	#head = new SniffBuffer();
	/** When the first of it came. */
	#headAt: Micros = 0;
	/** All three are there once the format is known. */
	#reader: Reader | undefined;
	#timed: TimedReader | undefined;
	#silence: Silence | undefined;
	/** There once the first picture is. */
	#stream: Publication | undefined;
	#heardAt: Micros;
	readonly #pace = new StallLimit();
	#frames = 0;
	/** Pictures so far, the broken ones too. */
	#pictures = 0;
	#over = false;
	#hasWarned = false;
	/** The first that was wrong with the stream. */
	#problem: string | undefined;
	#undo: (() => void)[] = [];

	constructor(camera: Camera, exchange: Exchange<Principal>, options: UploadOptions) {
		this.#camera = camera;
		this.#exchange = exchange;
		this.#options = options;
		this.#skipped = skipCounter(camera);
		this.#openedAt = this.#heardAt = options.clock.now();
		this.#framePace = new FramePace(options.clock, exchange.request);
		this.#share = options.incoming.open(answerableFor(exchange.who), () => this.#refuse(outOfRoom()));
	}

	get isCurrent(): boolean {
		return this.#stream?.isCurrent === true;
	}

	giveWay(): void {
		const words = `More than ${MAX_PUBLISHERS_PER_CAMERA} connections with this camera’s key were open, and this was the oldest`;
		this.#refuse(new RelayError('too-many-open', words));
	}

	start(): void {
		const { request, who } = this.#exchange;
		const { access, clock } = this.#options;
		this.#undo.push(
			access.lease({
				who,
				action: 'camera.publish',
				camera: this.#camera.name,
				ended: () => this.#refuse(new RelayError('unauthorized', 'The publish key was removed')),
			}),
			clock.every(1000, () => this.#tick()),
			this.#options.publishers.enter(this.#camera.name, this),
			() => this.#share.close(),
			() => this.#framePace.stop(),
		);
		request.on('data', (chunk: Buffer) => this.#take(chunk));
		request.once('end', () => this.#finish());
		request.once('close', () => this.#end('the camera closed the connection'));
		request.once('error', () => this.#end('the connection broke'));
	}

	#take(chunk: Uint8Array): void {
		if (this.#over) return;
		this.#heardAt = this.#options.clock.now();
		this.#attempt(() => {
			if (this.#timed) this.#read(this.#timed, chunk);
			else this.#sniff(chunk);
			this.#share.set(this.#head.heldBytes + (this.#reader?.heldBytes ?? 0));
		});
	}

	/** Whatever the parsers refuse ends this upload and nothing else, also where a timer made them look. */
	#attempt(action: () => void): void {
		try {
			action();
		} catch (thrown) {
			this.#refuse(asRelayError(thrown));
		}
	}

	#sniff(chunk: Uint8Array): void {
		if (this.#head.bytes.length === 0) this.#headAt = this.#heardAt;
		this.#head.add(chunk);
		if (!this.#head.isWorthALook) return;
		const head = this.#head.bytes;
		const sniffed = sniffBody(head);
		if (sniffed?.kind === 'foreign' || (!sniffed && head.length > SNIFF_BYTES)) throw unknownFormat(head, sniffed);
		if (!sniffed) return;
		this.#head = new SniffBuffer();
		this.#begin(sniffed.kind, head);
	}

	#begin(kind: StreamKind, head: Uint8Array): void {
		const { clock, maxPictureBytes } = this.#options;
		const reader = openReader(kind, { maxBytes: maxPictureBytes });
		const timed = new TimedReader(reader);
		this.#reader = reader;
		this.#timed = timed;
		this.#silence = new Silence(reader, clock, FLUSH_GAP_MS, () => this.#attempt(() => this.#pass(timed.flush())));
		this.#undo.push(() => this.#silence?.stop());
		this.#read(timed, head, this.#headAt);
	}

	#read(timed: TimedReader, chunk: Uint8Array, begunAt: Micros = this.#heardAt): void {
		this.#pass(timed.push(chunk, this.#heardAt, begunAt));
		// Its silence is ours then.
		if (this.#framePace.isHolding) this.#silence?.stop();
		else this.#silence?.broken();
	}

	#pass(units: readonly MediaUnit[]): void {
		for (const { key, capturedAt, presentationOffset, data, format } of units) {
			const stream = this.#open();
			stream.video.describe(format);
			const isRefresh = !key && format.codec === 'h264' && beginsRefresh(data);
			stream.video.push({ key, capturedAt, presentationOffset, data, isRefresh });
			this.#options.arrived(this.#options.clock.now() - capturedAt);
			this.#pace.picture(this.#options.clock.now());
			this.#frames++;
		}
		const broken = this.#reader?.brokenPictures ?? 0;
		this.#skipped(this.#reader?.skippedBytes ?? 0, broken);
		this.#framePace.took(this.#frames + broken - this.#pictures);
		this.#pictures = this.#frames + broken;
		if (this.#reader?.reorders) this.#warnOfReordering();
		this.#tellProblem(this.#reader?.problem);
	}

	/** Begins the publication with the first picture and not before: a mistaken upload takes no other's place. */
	#open(): Publication {
		this.#stream ??= this.#camera.publish({ via: 'upload', ended: (reason) => this.#ended(reason) });
		return this.#stream;
	}

	/** To the owner, in the log too. Until there is a stream, no other publisher's message is replaced. */
	#tellProblem(words: string | undefined): void {
		if (this.#stream) this.#stream.problem(words);
		else if (words) this.#camera.refused(words);
		if (!words || this.#problem !== undefined) return;
		this.#problem = words;
		this.#options.log.warn(words, { camera: this.#camera.name, via: 'upload' });
	}

	#warnOfReordering(): void {
		if (this.#hasWarned) return;
		this.#hasWarned = true;
		// An SPS that does not rule it out has the same effect: decoders hold pictures back.
		const words = 'B-frames cost delay: pictures may be sent in another order than shown (x264: -tune zerolatency)';
		this.#options.log.warn(words, { camera: this.#camera.name, via: 'upload' });
	}

	#tick(): void {
		const limit = this.#frames === 0 ? BODY_SILENCE_MS : Math.max(BODY_SILENCE_MS, this.#pace.limitMs);
		if (this.#framePace.isHolding || millis(this.#options.clock.now() - this.#heardAt) < limit) return;
		this.#refuse(new RelayError('timed-out', `Nothing came for ${Math.round(limit / 1000)} s`));
	}

	#ended(reason: EndReason): void {
		const words = {
			'taken-over': new RelayError('taken-over', 'This camera connected again and this connection was replaced'),
			'shutting-down': new RelayError('draining', 'The relay stops', { retryAfterSeconds: 1 }),
			revoked: new RelayError('unauthorized', 'The camera was removed'),
		};
		this.#refuse(words[reason]);
	}

	#finish(): void {
		const reader = this.#reader;
		if (this.#over) return;
		if (!reader) {
			this.#refuse(unknownFormat(this.#head.bytes, undefined));
			return;
		}
		// Nothing follows the last picture that would tell its end.
		this.#attempt(() => this.#pass(this.#timed?.flush() ?? []));
		if (this.#over) return;
		const { skippedBytes, problem } = reader;
		sendAnswer(this.#exchange.response, ingest.put, {
			frames: this.#frames,
			skippedBytes,
			...(problem && { problem }),
		});
		// Some cameras post each picture for itself.
		if (this.#frames === 1) this.#stream?.closeUntilNext('the body ended');
		this.#end('the body ended');
	}

	#refuse(thrown: unknown): void {
		if (this.#over) return;
		if (thrown instanceof RelayError && thrown.code === 'unsupported-media') this.#camera.refused(thrown.message);
		sendError(this.#exchange.response, thrown, this.#options.clock);
		this.#end(thrown instanceof RelayError ? thrown.message : 'an error inside the relay');
	}

	#end(reason: string): void {
		if (this.#over) return;
		this.#over = true;
		for (const undo of this.#undo) undo();
		this.#undo = [];
		this.#stream?.close(reason);
		const seconds = Math.round(millis(this.#options.clock.now() - this.#openedAt)) / 1000;
		const counts = {
			frames: this.#frames,
			skippedBytes: this.#reader?.skippedBytes ?? 0,
			broken: this.#reader?.brokenPictures ?? 0,
		};
		this.#options.log.info('camera left', { camera: this.#camera.name, via: 'upload', reason, seconds, ...counts });
		// The connection may linger for the answer to be read: what was begun need not.
		this.#reader = this.#timed = this.#silence = undefined;
		this.#head = new SniffBuffer();
	}
}

/** What the parsers refuse is either too much or not what it seemed. */
function asRelayError(thrown: unknown): unknown {
	if (!(thrown instanceof MediaError)) return thrown;
	return new RelayError(thrown.code === 'picture-too-large' ? 'too-large' : 'unsupported-media', thrown.message);
}

function outOfRoom(): RelayError {
	const words = 'The relay holds too much of pictures that are not whole, and most of it is of this sender';
	return new RelayError('busy', words, { retryAfterSeconds: 5 });
}

function unknownFormat(head: Uint8Array, sniffed: Sniffed | undefined): RelayError {
	const seen =
		sniffed?.kind === 'foreign' ? sniffed.name : head.length > 0 ? `bytes that begin with ${hex(head)}` : 'nothing';
	return new RelayError(
		'unsupported-media',
		`JPEG pictures (back to back or multipart) or H.264 (Annex B or FLV) expected; seen: ${seen}`,
	);
}
