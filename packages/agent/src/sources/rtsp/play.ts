import type { Socket } from 'node:net';
import { type Cancel, type Clock, deferred, type Millis, type StallLimit } from '@oriel/base';
import { isReport, Reception, RtpJpegReader, RtpReader, readRtpPacket } from '@oriel/media';
import { LiveReader } from '../../capture/live-reader.ts';
import type { MediaUnit, Sink } from '../../capture/source.ts';
import { type Peer, peerOf, placeOf } from '../../errors/network.ts';
import { SourceError } from '../../errors/source-error.ts';
import { Watchdog } from '../../timing/watchdog.ts';
import { BadAnswer } from '../http/answer-reader.ts';
import { stalled, tooSlow } from '../http/camera-errors.ts';
import type { HttpAddress } from '../http/http-address.ts';
import type { Login } from '../http/login.ts';
import { ANSWER_TIMEOUT_MS, CONNECT_TIMEOUT_MS, openConnection } from '../http/open-connection.ts';
import { MessageReader, type RtspMessage } from './message-reader.ts';
import { RtspSession, type Step } from './session.ts';
import type { VideoTrack } from './video-track.ts';

/** RFC 3550 6.2: receivers report every five seconds. */
export const REPORT_INTERVAL_MS: Millis = 5000;
/** A camera that does not take our goodbye for so long is left without one. */
const GOODBYE_MS: Millis = 500;

export interface Playing {
	readonly address: HttpAddress;
	readonly login: Login | undefined;
	readonly pin?: string | undefined;
	readonly maxPictureBytes: number;
	/** How long the camera may be silent; it learns. */
	readonly limit: StallLimit;
	readonly clock: Clock;
	readonly random: () => number;
	readonly sink: Sink;
	/** Aborting it ends the session. */
	readonly signal: AbortSignal;
}

/**
 * Plays what is at the address until `signal` aborts. Resolves then, or with another address to which the camera sends us.
 * Rejects when it ends in another way.
 */
export async function play(playing: Playing): Promise<string | undefined> {
	const socket = await openInTime(playing);
	const run = new Run(socket, playing);
	try {
		return await run.outcome;
	} finally {
		await run.close();
	}
}

async function openInTime({ address, clock, signal, pin }: Playing): Promise<Socket> {
	const over = new AbortController();
	const peer = peerOf(address.url, 'camera');
	let reason: unknown;
	const giveUp = (why: unknown) => {
		reason = why;
		over.abort();
	};
	const aborted = () => giveUp(signal.reason);
	signal.addEventListener('abort', aborted);
	const cancel = clock.after(CONNECT_TIMEOUT_MS, () => giveUp(tooSlow(peer, 'to connect', CONNECT_TIMEOUT_MS)));
	try {
		signal.throwIfAborted();
		return await openConnection(address, { clock, signal, pin }, over.signal);
	} catch (failure) {
		throw reason ?? failure;
	} finally {
		cancel();
		signal.removeEventListener('abort', aborted);
	}
}

/** One session on an open connection. */
class Run {
	readonly #socket: Socket;
	readonly #playing: Playing;
	readonly #peer: Peer;
	readonly #session: RtspSession;
	readonly #messages = new MessageReader();
	readonly #reception: Reception;
	readonly #dog: Watchdog;
	readonly #outcome = deferred<string | undefined>();
	#timers: Cancel[] = [];
	#cancelAnswer: Cancel = () => undefined;
	#pictures: LiveReader | undefined;
	/** Packets of the sender that the camera named have come: there are cameras that send those of an older session, too. */
	#knowsSource = false;
	readonly #onAbort = () => this.#outcome.resolve(undefined);

	constructor(socket: Socket, playing: Playing) {
		this.#socket = socket;
		this.#playing = playing;
		const { address, login, clock, limit, signal, random } = playing;
		this.#peer = peerOf(address.url, 'camera');
		this.#session = new RtspSession({ url: address.url, peer: this.#peer, login });
		this.#reception = new Reception(Math.floor(random() * 2 ** 32));
		const bark = () => this.#fail(stalled(this.#peer, limit.limitMs));
		this.#dog = new Watchdog({ clock, limitMs: () => limit.limitMs, bark });
		signal.addEventListener('abort', this.#onAbort);
		if (signal.aborted) this.#onAbort();
		socket.setNoDelay(true);
		socket.on('data', (bytes: Buffer) => this.#attempt(() => this.#onBytes(bytes)));
		socket.on('error', (failure) => this.#fail(failure));
		socket.once('close', () => this.#attempt(() => this.#onEnd()));
		this.#send(this.#session.begin());
	}

	/** Rejects when the session fails. */
	get outcome(): Promise<string | undefined> {
		return this.#outcome.promise;
	}

	/** Says goodbye if the camera listens. */
	async close(): Promise<void> {
		this.#dog.stop();
		this.#cancelAnswer();
		for (const cancel of this.#timers) cancel();
		this.#pictures?.stop();
		this.#playing.signal.removeEventListener('abort', this.#onAbort);
		const goodbye = this.#socket.writable ? this.#session.tearDown() : undefined;
		if (goodbye !== undefined) await this.#sayLast(goodbye);
		this.#socket.destroy();
	}

	#sayLast(words: string): Promise<void> {
		const said = deferred<void>();
		const cancel = this.#playing.clock.after(GOODBYE_MS, () => said.resolve());
		this.#socket.once('close', () => said.resolve());
		this.#socket.end(words, () => said.resolve());
		return said.promise.finally(cancel);
	}

	#onBytes(bytes: Buffer): void {
		for (const message of this.#messages.push(bytes)) {
			if (message.kind === 'packet') this.#onPacket(message.channel, message.bytes);
			else if (message.kind === 'request') this.#socket.write(this.#session.answer(message));
			else this.#onReply(message);
		}
	}

	#onReply(reply: Extract<RtspMessage, { kind: 'reply' }>): void {
		this.#cancelAnswer();
		const wasPlaying = this.#session.isPlaying;
		const { send, location }: Step = this.#session.onReply(reply);
		if (location !== undefined) this.#outcome.resolve(location);
		if (send !== undefined) this.#send(send);
		if (this.#session.isPlaying && !wasPlaying) this.#stayAlive();
	}

	/** Asks, and waits for the answer only so long. */
	#send(request: string): void {
		this.#socket.write(request);
		if (this.#session.isPlaying) return;
		this.#cancelAnswer = this.#playing.clock.after(ANSWER_TIMEOUT_MS, () =>
			this.#fail(tooSlow(this.#peer, 'to answer', ANSWER_TIMEOUT_MS)),
		);
	}

	#stayAlive(): void {
		const { clock } = this.#playing;
		const { transport, keepAliveMs } = this.#session;
		const channel = transport.reports ?? 1;
		this.#timers = [
			clock.every(keepAliveMs, () => this.#write(this.#session.keepAlive())),
			clock.every(REPORT_INTERVAL_MS, () => {
				const report = this.#reception.report();
				if (report) this.#write(Buffer.concat([Uint8Array.of(0x24, channel, 0, report.length), report]));
			}),
		];
	}

	/** A camera that does not read what we send must not fill our memory. */
	#write(bytes: string | Buffer): void {
		if (this.#socket.writable && this.#socket.writableLength === 0) this.#socket.write(bytes);
	}

	#onPacket(channel: number, bytes: Buffer): void {
		const { track, transport } = this.#session;
		if (!track || isReport(bytes)) return;
		const packet = readRtpPacket(bytes);
		if (!packet || (channel !== (transport.channel ?? 0) && packet.payloadType !== track.payloadType)) return;
		if (packet.source === transport.source) this.#knowsSource = true;
		else if (this.#knowsSource) return;
		this.#messages.expect(channel);
		this.#reception.onPacket(packet);
		this.#pictures ??= this.#openReader(track);
		this.#pictures.push(bytes);
	}

	#openReader({ codec, parameterSets }: VideoTrack): LiveReader {
		const { sink, clock, maxPictureBytes, limit } = this.#playing;
		const frame = (picture: MediaUnit) => {
			if (this.#playing.signal.aborted) return;
			limit.picture(clock.now());
			this.#dog.feed();
			sink.frame(picture);
		};
		const maxBytes = maxPictureBytes;
		const reader = codec === 'jpeg' ? new RtpJpegReader({ maxBytes }) : new RtpReader({ maxBytes, parameterSets });
		return new LiveReader({
			from: `the camera at ${placeOf(this.#peer)}`,
			sink: { frame, advise: sink.advise.bind(sink) },
			...{ maxPictureBytes, clock, reader, silenceMs: () => reader.silenceMs },
		});
	}

	#onEnd(): void {
		if (this.#pictures) throw new SourceError('ended', this.#words('ended its stream'), { again: 'soon' });
		throw new BadAnswer('closed the connection without an answer', { isCut: true });
	}

	#words(what: string): string {
		return `the camera at ${placeOf(this.#peer)} ${what}`;
	}

	#attempt(action: () => void): void {
		try {
			action();
		} catch (failure) {
			this.#fail(failure);
		}
	}

	#fail(failure: unknown): void {
		this.#outcome.reject(failure);
	}
}
