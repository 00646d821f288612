import type { Attack, Target } from '@oriel/testing/attack';
import * as byAgent from './flood-agent.ts';
import * as byHttp from './flood-http.ts';
import * as byViewer from './flood-live.ts';
import { guestFlood } from './guest-flood.ts';
import * as crowds from './http-crowds.ts';
import * as pipelining from './http-pipelining.ts';
import * as resets from './http-resets.ts';
import * as frames from './memory-frames.ts';
import * as partial from './memory-partial.ts';
import * as state from './memory-state.ts';
import * as unread from './memory-unread.ts';
import { randomInput } from './random-input.ts';

/** Both at once: who never reads holds much only where pictures are large. */
function together(...attacks: readonly Attack[]): Attack {
	return async (target, signal) => {
		await Promise.all(attacks.map((attack) => attack(target, signal)));
	};
}

const KINDS: readonly Readonly<Record<string, Attack>>[] = [
	byAgent,
	byHttp,
	byViewer,
	{ guestFlood },
	crowds,
	pipelining,
	resets,
	frames,
	partial,
	state,
	{ ...unread, viewersThatNeverRead: together(unread.viewersThatNeverRead, unread.largePictures) },
	randomInput(Number.POSITIVE_INFINITY),
];

/** Every attack of test/security and test/fuzz by its name: what `npm run test:long` runs beside 50 viewers. */
export const ATTACKS: Readonly<Record<string, Attack>> = Object.assign({}, ...KINDS);

/** Names of the attacks that are floods: what `npm run bench flood` measures. */
export const FLOODS: readonly string[] = [byAgent, byHttp, byViewer].flatMap(Object.keys);

/** One attack of several in a process. */
export interface Wanted {
	readonly name: string;
	readonly target: Target;
}
