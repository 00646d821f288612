import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Every credential of Oriel looks like this, so that even one that no test has noted is found. */
const CREDENTIAL = /oriel_[a-z]+_([\w-]{43})(?![\w-])/g;
/** Fields of requests and answers that hold secrets without a mark of their own. */
const SECRET_FIELDS: ReadonlySet<string> = new Set([
	'password',
	'current',
	'code',
	'token',
	'link',
	'share',
	'secret',
	'key',
]);
/** Shorter texts are in any file by chance. */
const MIN_LENGTH = 10;

/** All secrets that tests of this process have used so far. It only grows: what one test leaks, another may find. */
const secrets = new Set<string>();

/** Remembers a secret that has no mark of its own, such as a password. */
export function noteSecret(secret: string): void {
	if (secret.length >= MIN_LENGTH) secrets.add(secret);
}

/** Remembers every credential in a text: a header, a body, a program's output. */
export function noteSecretsIn(text: string | undefined): void {
	for (const [, secret = ''] of text?.matchAll(CREDENTIAL) ?? []) noteSecret(secret);
}

/** Remembers what is secret in a JSON body, sent or received. */
export function noteSecretFields(body: string | undefined): void {
	noteSecretsIn(body);
	try {
		const value: unknown = JSON.parse(body ?? '');
		for (const [name, field] of Object.entries(value ?? {})) noteField(name, field);
	} catch {
		// No JSON: there is nothing to be found by its name.
	}
}

/** Secrets in a text, shortened so that a failing test does not spread them; what is printed on purpose is not for here. */
export function secretsIn(text: string): string[] {
	const marked = [...text.matchAll(CREDENTIAL)].map(([whole]) => whole);
	const noted = [...secrets].filter((secret) => text.includes(secret));
	return [...new Set([...marked, ...noted])].map((secret) => `${secret.slice(0, 14)}…`);
}

/** Throws if a text holds a secret. `place` says what text it is. */
export function requireNoSecrets(place: string, text: string): void {
	const found = secretsIn(text);
	if (found.length > 0) throw new Error(`${place} holds ${found.length} secrets: ${found.join(', ')}`);
}

/** Throws if a file of a relay's data directory holds a secret, or may be read by others than its owner. */
export function requireCleanData(directory: string): void {
	if ((statSync(directory).mode & 0o077) !== 0) throw new Error(`${directory} is open to others`);
	for (const name of readdirSync(directory)) {
		const path = join(directory, name);
		const stats = statSync(path);
		if ((stats.mode & 0o077) !== 0) throw new Error(`${name} in the data directory is open to others`);
		if (stats.isDirectory()) requireCleanData(path);
		else requireNoSecrets(`${name} in the data directory`, readFileSync(path, 'latin1'));
	}
}

/** How many are known: a check against nothing would find nothing. */
export function knownSecrets(): number {
	return secrets.size;
}

function noteField(name: string, field: unknown): void {
	if (typeof field !== 'string' || !SECRET_FIELDS.has(name)) return;
	noteSecret(field);
	if (name === 'code') noteSecret(field.replaceAll('-', ''));
}
