import type { Micros, Millis } from '@oriel/base';
import type { PlayerInputs, PlayerState } from './player-state.ts';
import { sinceWords } from './since-words.ts';

/** What a player writes over its picture. */
export interface PlayerWords {
	readonly headline: string;
	readonly detail?: string;
	/** Whether to offer a button that tries again: nothing happens automatically. */
	readonly retry?: boolean;
}

export interface WordsParts {
	readonly toWall: (relayTime: Micros) => Millis | undefined;
	readonly wallNow: Millis;
	/** Whether pictures arrive that this browser cannot decode. */
	readonly undecodable: boolean;
	/** Whether it has anything at all that shows H.264. */
	readonly h264: boolean;
	/** Whether the page came over https or from this machine. */
	readonly secure: boolean;
}

/** The words for a state; undefined when the picture speaks for itself. */
export function playerWords(state: PlayerState, inputs: PlayerInputs, parts: WordsParts): PlayerWords | undefined {
	switch (state) {
		case 'live':
			return undefined;
		case 'connecting':
			return { headline: 'Connecting to the relay…' };
		case 'waiting':
			return waitingWords(inputs, parts);
		case 'behind':
			return (
				cannotShow(inputs, parts) ??
				keyFrameWords(inputs) ?? { headline: `No new picture for ${quietSeconds(inputs)} s` }
			);
		case 'stalled':
			return statusWords('The camera sends no pictures', inputs, parts);
		case 'offline':
			return statusWords('The camera is offline', inputs, parts);
		case 'reconnecting':
			return reconnectingWords(inputs, parts);
		case 'removed':
			return removedWords(inputs);
	}
}

function cannotShow({ camera }: PlayerInputs, { undecodable, h264, secure }: WordsParts): PlayerWords | undefined {
	const headline = 'No picture here';
	if (camera?.codec === 'h264' && !h264) {
		const cure = secure ? 'Another browser may.' : 'Open the page with https, or use another browser.';
		const where = secure ? '' : ' on a plain http: page';
		return { headline, detail: `This camera sends H.264, which this browser cannot show${where}. ${cure}` };
	}
	return undecodable ? { headline, detail: 'Pictures arrive, but this browser cannot read them.' } : undefined;
}

/** Of a stream that cannot be joined but at its next key frame. */
function keyFrameWords({ camera }: PlayerInputs): PlayerWords | undefined {
	const seconds = camera?.status?.state === 'live' ? camera.status.keyFrameSeconds : undefined;
	if (seconds === undefined) return undefined;
	const detail = `This camera sends a key frame every ${seconds} s. What is seen until then is the last.`;
	return { headline: 'Waiting for the next key frame…', detail };
}

function waitingWords(inputs: PlayerInputs, parts: WordsParts): PlayerWords {
	const { camera, newestAt } = inputs;
	const unable = cannotShow(inputs, parts) ?? keyFrameWords(inputs);
	if (unable) return unable;
	if (camera?.status?.state === 'live') return { headline: 'Waiting for the next picture…' };
	const silence =
		newestAt === undefined ? 'It has not sent a picture yet.' : 'It has sent nothing since the relay started.';
	const reason = camera?.status?.reason;
	return { headline: 'Waiting for the camera…', detail: reason ? sentence(reason) : silence };
}

/** Only owners are sent a reason. */
function statusWords(headline: string, { camera }: PlayerInputs, { toWall, wallNow }: WordsParts): PlayerWords {
	const since = camera?.status && toWall(camera.status.since);
	const reason = camera?.status?.reason;
	const detail = [since !== undefined && `Since ${sinceWords(since, wallNow)}.`, reason && sentence(reason)];
	const known = detail.filter(Boolean).join(' ');
	return known ? { headline, detail: known } : { headline };
}

/** As a sentence: `the connection broke` becomes `The connection broke.` */
function sentence(words: string): string {
	const begun = words.charAt(0).toUpperCase() + words.slice(1);
	return /[.!?]$/.test(begun) ? begun : `${begun}.`;
}

function reconnectingWords({ connection }: PlayerInputs, { wallNow }: WordsParts): PlayerWords {
	if (connection.phase !== 'reconnecting') return { headline: 'Reconnecting…' };
	return {
		headline: 'Reconnecting…',
		detail: `The relay has not answered since ${sinceWords(connection.since, wallNow)}.`,
	};
}

function removedWords({ connection }: PlayerInputs): PlayerWords {
	if (connection.phase === 'ended') {
		const headline = connection.reason === 'revoked' ? 'Access has ended' : 'Disconnected';
		return { headline, detail: connection.message, retry: true };
	}
	return { headline: 'This camera is not here', detail: 'It was removed, or is not shared with you.' };
}

function quietSeconds({ now, newestAt = now }: PlayerInputs): number {
	return Math.floor((now - newestAt) / 1_000_000);
}
