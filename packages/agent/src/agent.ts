import { CAMERA_NAME, type Clock, type Log, reasonOf, type Secret } from '@oriel/base';
import { type ControlRequest, MAX_TEXT_LENGTH } from '@oriel/protocol';
import { newRunId } from '@oriel/stream';
import { IdlePosters } from './capture/idle-posters.ts';
import type { MediaUnit, Source } from './capture/source.ts';
import { type Platform, supervise } from './capture/supervise.ts';
import { AgentError } from './errors/agent-error.ts';
import { readPin } from './tls/pin.ts';
import { Adapter, DEFAULT_MIN_BITRATE } from './uplink/adapter.ts';
import { agentUrl, isOpenLine } from './uplink/address.ts';
import { Camera, PREVIEW } from './uplink/camera.ts';
import { Uplink } from './uplink/uplink.ts';

export interface AgentConfig {
	/** The relay's address: `https://HOST[:PORT][/PREFIX]`, `http://…`, or `HOST:PORT`, which means https, on loopback http. */
	readonly relay: string;
	/** The camera's name: `[a-z0-9][a-z0-9-]{0,62}`. */
	readonly name: string;
	/** What people call the camera, at most 500 letters; default: the name. */
	readonly title?: string | undefined;
	/** The camera's publish key, without white space around it. */
	readonly key: Secret;
	/** `sha256/BASE64` of the relay's public key: then nothing else is believed, no authority either. Only with https. */
	readonly pin?: string | undefined;
	readonly source: Source;
	/** Makes the camera's preview, a small rendition for grids; default: the source itself, where it can. */
	readonly preview?: Source | undefined;
	/** Send frames although there are no viewers; default: a small poster every five seconds then, and no frames. */
	readonly alwaysOn?: boolean | undefined;
	/** A slow uplink never makes the source send less than this many bits a second; default: 300 000. */
	readonly minBitrate?: number | undefined;
}

export interface AgentPlatform {
	/** Of the program, which the relay's owner sees if it is outdated; default: the relay is not told. */
	readonly version?: string | undefined;
	readonly clock: Clock;
	readonly log: Log;
	/** Aborting it is `abort()`. */
	readonly signal?: AbortSignal | undefined;
	/** Uniform in [0, 1). */
	readonly random: () => number;
}

/** A running camera: one source, one way to the relay. */
export interface Agent extends AsyncDisposable {
	/**
	 * Settles once, when everything is closed. Rejects with SourceError if the source ended for good (standard input
	 * did); nothing else ends an agent but `close` and `abort`. It need not be awaited.
	 */
	readonly closed: Promise<void>;
	/** False when the way to the relay is stuck, which must not happen: a watchdog may then end the process. */
	readonly isAlive: boolean;
	/** Stops the source, says goodbye to the relay, and waits for both, two seconds at most for the relay. */
	close(): Promise<void>;
	/** Stops everything at once; `closed` follows. */
	abort(reason?: unknown): void;
}

/** Starts a camera. Throws AgentError `bad-name`, `bad-option` or `bad-relay`; everything later is logged and tried again. */
export function startAgent(config: AgentConfig, { version, clock, log, signal, random }: AgentPlatform): Agent {
	const { name, title = name, key, source, preview } = config;
	const url = agentUrl(config.relay);
	const pin = pinFor(url, config.pin);
	checkNames(name, title);
	if (isOpenLine(url))
		log.warn(`the connection to ${url.host} is plain HTTP: anyone on the network can read the key and the video`);
	const stop = new AbortController();
	const pause = config.alwaysOn ? [] : ['pause'];
	const capabilities = [...source.capabilities, ...pause];
	/** Of the two that could make the preview, the one that does. */
	const previewing = preview ?? source.preview;
	const previewCapabilities = previewing && [...previewing.capabilities, ...pause];
	const camera = new Camera({ name, title, capabilities, previewCapabilities }, clock, newRunId(random));
	const requestKey = (track: number) => (track === PREVIEW ? previewing : source)?.requestKey?.();
	const onPause = (track: number, isPaused: boolean) => {
		if (track === PREVIEW) previewing?.pause?.(isPaused);
		else idlePosters.pause(isPaused);
	};
	const onControl = source.controls && ((changes: ControlRequest) => source.controls?.request(changes));
	const software = version === undefined ? 'oriel-agent' : `oriel-agent/${version}`;
	const uplink = new Uplink({ url, key, pin, software, camera, requestKey, onPause, onControl, clock, log, random });
	source.controls?.watch((controls) => uplink.changeable(controls));
	const idlePosters = new IdlePosters({ source, poster: (poster) => uplink.poster(poster), clock, log });

	const floor = config.minBitrate ?? DEFAULT_MIN_BITRATE;
	const adapter = new Adapter({ source, uplink, codec: () => camera.codec, floor, clock, log });

	const live = async () => {
		const linked = uplink.run();
		adapter.start();
		const capture = {
			onFrame: (frame: MediaUnit) => {
				if (idlePosters.onFrame(frame)) uplink.offer(frame);
			},
			onPoster: idlePosters.onPoster.bind(idlePosters),
			onPreview: (unit: MediaUnit | undefined) => {
				if (!preview) takePreview(unit, uplink);
			},
			onStall: uplink.stalled.bind(uplink),
		};
		const platform = { clock, log, signal: stop.signal, random };
		const previewed = preview && supervisePreview(preview, uplink, platform);
		try {
			await supervise(source, capture, platform);
		} catch (failure) {
			uplink.finish(reasonOf(failure));
			throw failure;
		} finally {
			adapter.stop();
			stop.abort();
			await previewed;
			await linked;
			signal?.removeEventListener('abort', onAbort);
		}
	};

	const abort = (reason?: unknown) => {
		stop.abort();
		uplink.abort(reason === undefined ? 'the agent was aborted' : reasonOf(reason));
	};
	const onAbort = () => abort(signal?.reason);
	const closed = live();
	const settled = closed.catch(() => undefined);
	const close = async () => {
		stop.abort();
		uplink.finish('the camera was switched off');
		await settled;
	};
	signal?.addEventListener('abort', onAbort);
	if (signal?.aborted) onAbort();
	return {
		closed,
		get isAlive() {
			return uplink.isAlive;
		},
		close,
		abort,
		[Symbol.asyncDispose]: close,
	};
}

/** Without its preview a camera is still one: what ends that for good is logged, and the video goes on. */
async function supervisePreview(preview: Source, uplink: Uplink, platform: Platform): Promise<void> {
	const log = platform.log.with({ track: 'preview' });
	const onStall = () => uplink.withdrawPreview();
	const capture = { onFrame: (frame: MediaUnit) => uplink.offerPreview(frame), onPoster() {}, onPreview() {}, onStall };
	try {
		await supervise(preview, capture, { ...platform, log });
	} catch (failure) {
		uplink.withdrawPreview();
		log.warn(`there is no preview any more: ${reasonOf(failure)}`);
	}
}

function takePreview(unit: MediaUnit | undefined, uplink: Uplink): void {
	if (unit) uplink.offerPreview(unit);
	else uplink.withdrawPreview();
}

function pinFor({ protocol }: URL, text: string | undefined): string | undefined {
	if (text === undefined || protocol === 'wss:') return text === undefined ? undefined : readPin(text);
	throw new AgentError('bad-option', 'a pin is for https, and the address of the relay says http');
}

function checkNames(name: string, title: string): void {
	if (!CAMERA_NAME.test(name)) {
		const wanted = 'expected lowercase letters, digits and hyphens, at most 63 characters';
		throw new AgentError('bad-name', `${JSON.stringify(name)} cannot be the name of a camera; ${wanted}`);
	}
	if (title.length <= MAX_TEXT_LENGTH) return;
	const words = `the title has ${title.length} characters; expected at most ${MAX_TEXT_LENGTH}`;
	throw new AgentError('bad-option', words);
}
