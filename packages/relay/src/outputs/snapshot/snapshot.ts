import { type Clock, micros, millis } from '@oriel/base';
import type { EncodedFrame } from '@oriel/stream';
import type { Poster } from '../../core/frame.ts';
import type { Track } from '../../core/track.ts';
import type { KeyFrameDecoder } from '../../decode/key-frame.ts';
import { RelayError } from '../../errors/relay-error.ts';
import type { Exchange } from '../../http/route.ts';
import type { UnsentBudget } from '../../memory/unsent.ts';
import type { Wakings } from './next-picture.ts';

/** Asking again makes sense after this many seconds. */
const RETRY_SECONDS = 2;
/** A poster that is older than the newest key frame by this much shows something else; before that, decoding is not worth it. */
const POSTER_LIFETIME = micros(10_000);

export interface SnapshotOptions {
	readonly clock: Clock;
	readonly decoder: KeyFrameDecoder;
	readonly wakings: Wakings;
	/** What all viewers have not taken. */
	readonly unsent: UnsentBudget;
}

/**
 * Answers with the newest picture: a JPEG camera's own; for H.264 the poster that its agent sends, or else the newest key
 * frame, decoded. `Last-Modified` is when it was taken, as far as the relay knows.
 */
export async function sendSnapshot(
	track: Track,
	{ response }: Exchange<unknown>,
	{ clock, decoder, wakings, unsent }: SnapshotOptions,
): Promise<void> {
	if (track.isPaused) await wakings.nextPicture(track);
	const { capturedAt, data } = await snapshotOf(track, decoder);
	// That a client has gone meanwhile would never be noticed.
	if (response.destroyed) return;
	const egress = track.counters.egress('snapshot');
	egress.frames++;
	egress.bytes += data.length;
	const takenAt = new Date(clock.wall() - millis(clock.now() - capturedAt));
	response.writeHead(200, {
		'content-type': 'image/jpeg',
		'content-length': data.length,
		'content-disposition': `inline; filename="${track.id.camera}-${takenAt.toISOString().replaceAll(/[:.]/g, '-')}.jpg"`,
		'last-modified': takenAt.toUTCString(),
	});
	const waiting = unsent.open(() => response.destroy());
	response.once('close', () => waiting.close());
	waiting.share([data]);
	response.end(data);
}

async function snapshotOf(track: Track, decoder: KeyFrameDecoder): Promise<Poster> {
	const { newestKey, poster, format } = track;
	if (newestKey && format.codec === 'jpeg') return poster && isLater(poster, newestKey) ? poster : newestKey;
	if (poster && (!newestKey || newestKey.capturedAt - poster.capturedAt < POSTER_LIFETIME)) return poster;
	if (newestKey) return decoded(track, newestKey, decoder);
	throw new RelayError('no-picture', 'This camera has not sent a picture yet', { retryAfterSeconds: RETRY_SECONDS });
}

/** Only of a camera that was paused and could not be woken: else its pictures come more often than its posters. */
function isLater(poster: Poster, key: EncodedFrame): boolean {
	return poster.capturedAt - key.capturedAt > POSTER_LIFETIME;
}

/** An old poster is better than none. */
async function decoded(track: Track, key: EncodedFrame, decoder: KeyFrameDecoder): Promise<Poster> {
	try {
		return await decoder.jpegOf(track, key);
	} catch (thrown) {
		if (track.poster) return track.poster;
		throw thrown;
	}
}
