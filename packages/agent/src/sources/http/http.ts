import { StallLimit } from '@oriel/base';
import { LiveReader } from '../../capture/live-reader.ts';
import type { MediaUnit, Sink, Source } from '../../capture/source.ts';
import { peerOf, placeOf } from '../../errors/network.ts';
import { SourceError } from '../../errors/source-error.ts';
import { Pacer } from '../../timing/pacer.ts';
import { Watchdog } from '../../timing/watchdog.ts';
import { ask } from './ask.ts';
import { asSourceError, stalled } from './camera-errors.ts';
import type { Answer } from './exchange.ts';
import type { NetworkCameraOptions } from './network-camera.ts';
import { withoutLogin } from './without-login.ts';

export interface HttpSourceOptions extends NetworkCameraOptions {
	/** How often to ask a snapshot URL. */
	readonly snapshotFps: number;
}

/**
 * A camera that speaks HTTP: an endless answer of JPEGs (multipart or not, its framing is not looked at), of H.264 or FLV,
 * or a snapshot URL, which is asked again and again. `image/jpeg`, or an answer that ends after one picture, is a snapshot.
 */
export function httpSource(options: HttpSourceOptions): Source {
	const { login, address } = withoutLogin(options.address, options.random);
	const { url } = address;
	const limit = new StallLimit();
	return {
		// The query may hold a password, as with `?user=admin&pwd=…`.
		description: `camera at ${url.protocol}//${url.host}${url.pathname}`,
		capabilities: [],
		async run(sink, signal) {
			const { clock, snapshotFps, pin } = options;
			const pacer = new Pacer({ fps: snapshotFps, clock, signal });
			try {
				while (await pacer.due()) {
					await receive(await ask(address, login, { clock, signal, pin }), { options, limit, sink, signal });
				}
			} catch (failure) {
				if (!signal.aborted) throw asSourceError(failure, peerOf(url, 'camera'));
			}
		},
	};
}

interface Receiving {
	readonly options: HttpSourceOptions;
	readonly limit: StallLimit;
	readonly sink: Sink;
	readonly signal: AbortSignal;
}

/** Reads one answer. Returns if it was a snapshot; throws if it was a stream that ended, or no pictures at all. */
async function receive(answer: Answer, { options, limit, sink, signal }: Receiving): Promise<void> {
	const type = (answer.headers.get('content-type') ?? '').toLowerCase();
	const isSnapshot = type.startsWith('image/jpeg');
	const dog = new Watchdog({
		clock: options.clock,
		limitMs: () => limit.limitMs,
		bark: () => answer.destroy(stalled(peerOf(options.address.url, 'camera'), limit.limitMs)),
	});
	let pictures = 0;
	const frame = (picture: MediaUnit) => {
		if (signal.aborted || (isSnapshot && pictures > 0)) return;
		limit.picture(clock.now());
		dog.feed();
		sink.frame(picture);
		pictures++;
	};
	const {
		clock,
		maxPictureBytes,
		address: { url },
	} = options;
	const counting = { frame, advise: sink.advise.bind(sink) };
	const reader = new LiveReader({ from: cameraAt(url), sink: counting, maxPictureBytes, clock });
	try {
		for await (const chunk of answer as AsyncIterable<Uint8Array>) {
			reader.push(chunk);
			if (signal.aborted || (isSnapshot && pictures > 0)) return;
		}
		reader.end();
	} finally {
		dog.stop();
		reader.stop();
		answer.destroy();
	}
	if (pictures !== 1 || type.startsWith('multipart/')) throw ended(url, type, pictures);
}

function ended(url: URL, type: string, pictures: number): SourceError {
	const again = { again: 'soon' } as const;
	if (pictures > 0) return new SourceError('ended', `${cameraAt(url)} ended its stream`, again);
	const seen = type === '' ? 'something without a type' : type.slice(0, 60);
	return new SourceError('no-picture', `${cameraAt(url)} sent ${seen} without a whole picture in it`, again);
}

function cameraAt(url: URL): string {
	return `the camera at ${placeOf(peerOf(url, 'camera'))}`;
}
