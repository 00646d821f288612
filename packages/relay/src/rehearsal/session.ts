import type { Clock } from '@oriel/base';
import { hashCredential, newCredential } from '../access/credential.ts';
import type { AccessFiles } from '../access/files.ts';

/** Signs the owner in without a password, as only somebody at the data directory can; gives the cookie's header. */
export function ownerCookie(files: AccessFiles, clock: Clock): string {
	const secret = newCredential('session');
	const [createdAt, expiresAt] = [0, 3_600_000].map((ahead) => new Date(clock.wall() + ahead).toISOString());
	files.sessions.refresh();
	const session = { sha256: hashCredential(secret), createdAt: createdAt ?? '', expiresAt: expiresAt ?? '' };
	files.sessions.write({ format: 1, sessions: [...files.sessions.value.sessions, session] });
	return `oriel_session=${secret}`;
}
