import type { Millis } from '@oriel/base';
import type { Answer } from './answer.ts';
import { done, listUnder, textOf, textOrNull, textsOrNull } from './read.ts';
import { ask, isRecord } from './request.ts';

/** The relay holds a question back for 20 s; what takes this much longer is lost. */
const FOLLOW_TIMEOUT_MS: Millis = 30_000;

/** How far a machine has come on its way to being a camera. */
export type PairingState = 'waiting' | 'joined' | 'live' | 'expired';

export interface Pairing {
	readonly id: string;
	readonly camera: string;
	readonly state: PairingState;
	/** ISO 8601 */
	readonly createdAt: string;
	/** ISO 8601 */
	readonly expiresAt: string;
	/** The name that the machine gave for itself. */
	readonly machine: string | null;
	/** Where it joined from. */
	readonly address: string | null;
}

/** A pairing with what to type beside the camera; the code in it is shown this once. */
export interface StartedPairing {
	readonly pairing: Pairing;
	readonly join: string;
	/** For machines without Node: one line fetches the key, one sends. */
	readonly curl: readonly string[];
}

const path = '/api/pairings';
const at = (id: string) => `${path}/${encodeURIComponent(id)}`;

/** Makes a one-time code for a camera. With `replace` its earlier keys end when the code is used. */
export function startPairing(camera: string, replace: boolean): Promise<Answer<StartedPairing>> {
	return ask({ method: 'POST', path, body: { camera, replace }, read: readStarted });
}

/** How a pairing is, as soon as it is otherwise than `unless`, or after 20 s. */
export function followPairing(id: string, unless: PairingState): Promise<Answer<Pairing>> {
	return ask({
		method: 'GET',
		path: `${at(id)}?unless=${unless}`,
		read: readAnswer,
		timeoutMs: FOLLOW_TIMEOUT_MS,
	});
}

/** Those of the last hour. */
export function listPairings(): Promise<Answer<Pairing[]>> {
	return ask({ method: 'GET', path, read: listUnder('pairings', readPairing) });
}

/** Withdraws the code. */
export function cancelPairing(id: string): Promise<Answer<true>> {
	return ask({ method: 'DELETE', path: at(id), read: done });
}

function readAnswer(body: unknown): Pairing | undefined {
	return isRecord(body) && isRecord(body.pairing) ? readPairing(body.pairing) : undefined;
}

function readStarted(body: unknown): StartedPairing | undefined {
	const pairing = readAnswer(body);
	if (!pairing || !isRecord(body) || !isRecord(body.commands)) return undefined;
	return { pairing, join: textOf(body.commands.join), curl: textsOrNull(body.commands.curl) ?? [] };
}

function readPairing(pairing: Readonly<Record<string, unknown>>): Pairing {
	const { state } = pairing;
	return {
		id: textOf(pairing.id),
		camera: textOf(pairing.camera),
		state: state === 'joined' || state === 'live' || state === 'expired' ? state : 'waiting',
		createdAt: textOf(pairing.createdAt),
		expiresAt: textOf(pairing.expiresAt),
		machine: textOrNull(pairing.machine),
		address: textOrNull(pairing.address),
	};
}
