import { type Pairing, pairings, type StartedPairing } from '@oriel/api';
import type { Millis } from '@oriel/base';
import { type Answer, mapAnswer } from './answer.ts';
import { call } from './call.ts';

/** The relay holds a question back for 20 s; what takes this much longer is lost. */
const FOLLOW_TIMEOUT_MS: Millis = 30_000;

/** Makes a one-time code for a camera. With `replace` its earlier keys end when the code is used. */
export function startPairing(camera: string, replace: boolean): Promise<Answer<StartedPairing>> {
	return call(pairings.start, { body: { camera, replace } });
}

/** How a pairing is, as soon as it is otherwise than `unless`, or after 20 s. */
export async function followPairing(id: string, unless: Pairing['state']): Promise<Answer<Pairing>> {
	const request = { params: { pairing: id }, query: { unless }, timeoutMs: FOLLOW_TIMEOUT_MS };
	return mapAnswer(await call(pairings.read, request), ({ pairing }) => pairing);
}

/** Those of the last hour. */
export async function listPairings(): Promise<Answer<readonly Pairing[]>> {
	return mapAnswer(await call(pairings.list, {}), (answer) => answer.pairings);
}

/** Withdraws the code. */
export function cancelPairing(id: string): Promise<Answer<undefined>> {
	return call(pairings.cancel, { params: { pairing: id } });
}
