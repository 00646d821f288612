import { type Clock, concat, hex, type Log, type Micros, millis } from '@oriel/base';
import { JpegScanner, MediaError, type Sniffed, sniffBody } from '@oriel/media';
import type { Access } from '../access/access.ts';
import type { Principal } from '../access/permissions.ts';
import { RelayError } from '../errors/relay-error.ts';
import { sendError, sendJson } from '../http/respond.ts';
import type { Exchange } from '../http/route.ts';
import type { Camera } from '../hub/camera.ts';
import type { EndReason, Stream } from '../hub/stream.ts';
import { pushJpeg, skipCounter } from './jpeg-stream.ts';

/** A camera whose body brings nothing for this long has gone. */
export const BODY_SILENCE_MS = 30_000;
/** A body that shows no known format within this many bytes is refused. */
export const SNIFF_BYTES = 64 * 1024;

export interface UploadOptions {
	readonly clock: Clock;
	readonly log: Log;
	readonly access: Access;
	/** Largest picture accepted. */
	readonly maxPictureBytes: number;
	/** Hears how old each picture was when it had arrived. */
	readonly arrived: (age: Micros) => void;
}

/** Takes an endless request body as a camera. Answers when the body ends, or with an error that says what was seen. */
export function acceptUpload(camera: Camera, exchange: Exchange<Principal>, options: UploadOptions): void {
	new Upload(camera, exchange, options).start();
}

class Upload {
	readonly #camera: Camera;
	readonly #exchange: Exchange<Principal>;
	readonly #options: UploadOptions;
	readonly #scanner: JpegScanner;
	readonly #skipped: (bytes: number, pictures: number) => void;
	readonly #openedAt: Micros;
	/** What has been read while the format is not known yet. */
	#head: Uint8Array = new Uint8Array(0);
	#stream: Stream | undefined;
	#heardAt: Micros;
	#frames = 0;
	#over = false;
	#undo: (() => void)[] = [];

	constructor(camera: Camera, exchange: Exchange<Principal>, options: UploadOptions) {
		this.#camera = camera;
		this.#exchange = exchange;
		this.#options = options;
		this.#scanner = new JpegScanner({ maxBytes: options.maxPictureBytes });
		this.#skipped = skipCounter(camera);
		this.#openedAt = this.#heardAt = options.clock.now();
	}

	start(): void {
		const { request, who } = this.#exchange;
		const { access, clock } = this.#options;
		this.#undo.push(
			access.lease(who, () => this.#refuse(new RelayError('unauthorized', 'The publish key was removed'))),
			clock.every(1000, () => this.#tick()),
		);
		request.on('data', (chunk: Buffer) => this.#take(chunk));
		request.once('end', () => this.#finish());
		request.once('close', () => this.#end('the camera closed the connection'));
		request.once('error', () => this.#end('the connection broke'));
	}

	#take(chunk: Uint8Array): void {
		if (this.#over) return;
		this.#heardAt = this.#options.clock.now();
		try {
			if (this.#stream) this.#scan(chunk);
			else this.#sniff(chunk);
		} catch (thrown) {
			this.#refuse(thrown instanceof MediaError ? new RelayError('too-large', thrown.message) : thrown);
		}
	}

	/** Opens the stream only when the first bytes are those of a camera: a mistaken upload takes nobody's place. */
	#sniff(chunk: Uint8Array): void {
		this.#head = concat([this.#head, chunk]);
		const sniffed = sniffBody(this.#head);
		if (sniffed?.kind === 'foreign' || (!sniffed && this.#head.length > SNIFF_BYTES))
			throw unknownFormat(this.#head, sniffed);
		if (!sniffed) return;
		this.#stream = this.#camera.publish({ via: 'upload', ended: (reason) => this.#ended(reason) });
		this.#scan(this.#head);
		this.#head = new Uint8Array(0);
	}

	#scan(chunk: Uint8Array): void {
		const pictures = this.#scanner.push(chunk);
		this.#skipped(this.#scanner.skippedBytes, this.#scanner.truncatedPictures);
		for (const jpeg of pictures) {
			if (this.#stream) pushJpeg(this.#stream, jpeg, this.#heardAt);
			this.#options.arrived(0);
			this.#frames++;
		}
	}

	#tick(): void {
		if (millis(this.#options.clock.now() - this.#heardAt) < BODY_SILENCE_MS) return;
		this.#refuse(new RelayError('timed-out', `Nothing came for ${BODY_SILENCE_MS / 1000} s`));
	}

	#ended(reason: EndReason): void {
		const words = {
			'taken-over': new RelayError('taken-over', 'This camera has connected anew and this connection was replaced'),
			'shutting-down': new RelayError('draining', 'The relay stops', { retryAfterSeconds: 1 }),
			revoked: new RelayError('unauthorized', 'The camera was removed'),
		};
		this.#refuse(words[reason]);
	}

	#finish(): void {
		if (this.#over) return;
		if (!this.#stream) {
			this.#refuse(unknownFormat(this.#head, undefined));
			return;
		}
		sendJson(this.#exchange.response, 200, { frames: this.#frames, skippedBytes: this.#scanner.skippedBytes });
		this.#end('the body ended');
	}

	#refuse(thrown: unknown): void {
		if (this.#over) return;
		sendError(this.#exchange.response, thrown, this.#options.clock);
		this.#end(thrown instanceof RelayError ? thrown.message : 'an error inside the relay');
	}

	#end(reason: string): void {
		if (this.#over) return;
		this.#over = true;
		for (const undo of this.#undo) undo();
		this.#stream?.close(reason);
		const seconds = Math.round(millis(this.#options.clock.now() - this.#openedAt)) / 1000;
		const counts = {
			frames: this.#frames,
			skippedBytes: this.#scanner.skippedBytes,
			broken: this.#scanner.truncatedPictures,
		};
		this.#options.log.info('camera left', { camera: this.#camera.name, via: 'upload', reason, seconds, ...counts });
	}
}

function unknownFormat(head: Uint8Array, sniffed: Sniffed | undefined): RelayError {
	const seen =
		sniffed?.kind === 'foreign' ? sniffed.name : head.length > 0 ? `bytes that begin with ${hex(head)}` : 'nothing';
	return new RelayError(
		'unsupported-media',
		`JPEG pictures back to back, or multipart JPEG, are wanted; seen: ${seen}`,
	);
}
