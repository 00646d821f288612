import type { Millis } from '@oriel/base';
import { AgentError } from '../../errors/agent-error.ts';
import { networkTrouble, networkWords, type Peer, placeOf } from '../../errors/network.ts';
import { SourceError } from '../../errors/source-error.ts';
import { BadAnswer } from './answer-reader.ts';

/** What a failed request or a broken body means. */
export function asSourceError(cause: unknown, peer: Peer): SourceError {
	if (cause instanceof SourceError) return cause;
	if (cause instanceof BadAnswer) return badAnswer(peer, cause.message, cause.isCut ? 'broken' : 'bad-answer');
	if (cause instanceof AgentError && cause.code === 'certificate') {
		return new SourceError('certificate', cause.message, { again: 'later', cause });
	}
	return new SourceError(networkTrouble(cause), networkWords(cause, peer), { again: 'soon', cause });
}

/** The camera answered, and not as it should. */
export function badAnswer(peer: Peer, what: string, code: 'bad-answer' | 'broken' = 'bad-answer'): SourceError {
	return new SourceError(code, `the camera at ${placeOf(peer)} ${what}`, { again: 'soon' });
}

/** It went silent. */
export function stalled(peer: Peer, limit: Millis): SourceError {
	const words = `the camera at ${placeOf(peer)} has sent no picture for ${Math.round(limit / 1000)} s`;
	return new SourceError('stalled', words, { again: 'soon' });
}

/** Nothing came in time. `what`: `to connect`, `to answer`. */
export function tooSlow(peer: Peer, what: string, limit: Millis): SourceError {
	const words = `the camera at ${placeOf(peer)} takes longer than ${limit / 1000} s ${what}`;
	return new SourceError('timed-out', words, { again: 'soon' });
}
