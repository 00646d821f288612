import { randomBytes } from 'node:crypto';
import type { Clock } from '@oriel/base';
import { CAMERA_NAME } from '@oriel/base';
import { RelayError } from '../errors/relay-error.ts';
import { cameraIdFor, cameraIdOf, forgetCamera, idsOf } from './camera-identity.ts';
import { hashCredential, idOf, newCredential } from './credential.ts';
import type { AccessFiles, StoredToken } from './files.ts';

/** Makes a publish key of a camera; an earlier key of the same camera stays good until removed. */
export function addKey(files: AccessFiles, clock: Clock, camera: string): string {
	requireCameraName(camera);
	const secret = newCredential('key');
	files.keys.put({ camera, id: cameraIdFor(files, camera), sha256: hashCredential(secret), createdAt: now(clock) });
	return secret;
}

/** Removes one key, by the id that lists show, and with the last one the camera. Gives its camera; undefined if there is no such key. */
export function removeKey(files: AccessFiles, id: string): string | undefined {
	const key = files.keys.rows.find(({ sha256 }) => idOf(sha256) === id);
	if (!key) return undefined;
	files.keys.remove(key.sha256);
	const isLast = !files.keys.rows.some(({ camera }) => camera === key.camera);
	if (isLast) forgetCamera(files, key.id ?? key.camera);
	return key.camera;
}

/** Removes all keys of a camera, and by that the camera. Gives how many there were. */
export function removeKeys(files: AccessFiles, camera: string): number {
	const id = cameraIdOf(files, camera);
	const keys = files.keys.rows.filter((key) => key.camera === camera);
	for (const { sha256 } of keys) files.keys.remove(sha256);
	if (id !== undefined) forgetCamera(files, id);
	return keys.length;
}

/** Makes the one publish key of a camera: its earlier ones go, and it stays the camera that it was. */
export function replaceKeys(files: AccessFiles, clock: Clock, camera: string): string {
	const earlier = files.keys.rows.filter((key) => key.camera === camera);
	const secret = addKey(files, clock, camera);
	for (const { sha256 } of earlier) files.keys.remove(sha256);
	return secret;
}

/** What a viewer token may see and for how long. */
export interface TokenRequest {
	readonly label: string;
	/** Empty: every camera. */
	readonly cameras: readonly string[];
	/** From now; undefined: until removed. */
	readonly lifetimeMs: number | undefined;
}

/** Makes a viewer token. */
export function addToken(
	files: AccessFiles,
	clock: Clock,
	request: TokenRequest,
): { secret: string; token: StoredToken } {
	request.cameras.forEach(requireCameraName);
	const secret = newCredential('token');
	const token: StoredToken = {
		id: randomBytes(4).toString('hex'),
		label: request.label,
		sha256: hashCredential(secret),
		cameras: request.cameras.length > 0 ? idsOf(files, request.cameras) : null,
		createdAt: now(clock),
		expiresAt: request.lifetimeMs === undefined ? null : new Date(clock.wall() + request.lifetimeMs).toISOString(),
	};
	files.tokens.put(token);
	return { secret, token };
}

/** Removes the token with this id and gives it; undefined if there is none. */
export function removeToken(files: AccessFiles, id: string): StoredToken | undefined {
	const gone = files.tokens.get(id);
	files.tokens.remove(id);
	return gone;
}

/** Throws if `name` cannot be the name of a camera. */
export function requireCameraName(name: string): void {
	if (CAMERA_NAME.test(name)) return;
	throw new RelayError(
		'bad-request',
		`"${name}" cannot be a camera's name; expected 1 to 63 lowercase letters, digits and hyphens, not beginning with a hyphen`,
	);
}

function now(clock: Clock): string {
	return new Date(clock.wall()).toISOString();
}
