import type { Clock } from '@oriel/base';
import { idsOf } from '../../../../packages/relay/src/auth/camera-identity.ts';
import { hashCredential, newCredential } from '../../../../packages/relay/src/auth/credential.ts';
import type { AccessFiles } from '../../../../packages/relay/src/auth/files.ts';

/** Signs a person in without a password, as only a program with the data directory can; gives the cookie's header. */
export function personCookie(files: AccessFiles, clock: Clock, person: string): string {
	const secret = newCredential('session');
	const [createdAt = '', expiresAt = ''] = [0, 30 * 86_400_000].map((ahead) =>
		new Date(clock.wall() + ahead).toISOString(),
	);
	const browser = { device: 'Test', address: '192.0.2.1', createdAt, lastSeenAt: createdAt, expiresAt };
	files.sessions.put({ sha256: hashCredential(secret), person, ...browser });
	return `oriel_session=${secret}`;
}

/** Signs the owner in. */
export function ownerCookie(files: AccessFiles, clock: Clock): string {
	return personCookie(files, clock, 'owner');
}

/** Opens a share link of some cameras in a browser. */
export function guestCookie(files: AccessFiles, clock: Clock, cameras: readonly string[]): string {
	const secret = newCredential('guest');
	const [createdAt = '', expiresAt = ''] = [0, 3_600_000].map((ahead) => new Date(clock.wall() + ahead).toISOString());
	const link = hashCredential(newCredential('share'));
	const times = { createdAt, expiresAt };
	const id = link.slice(0, 8);
	files.links.put({ id, label: 'test', sha256: link, cameras: idsOf(files, cameras), maxViewers: null, ...times });
	const browser = { device: 'Test', address: '192.0.2.1', lastSeenAt: createdAt, ...times };
	files.guests.put({ sha256: hashCredential(secret), link: id, ...browser });
	return `oriel_guest=${secret}`;
}
