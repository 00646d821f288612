import { type ChildProcess, spawn } from 'node:child_process';
import { chownSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { type Clock, type Log, type Millis, sleep } from '@oriel/base';
import { copyDataFiles } from '@oriel/relay';
import { askHealth, untilHealthy } from './health.ts';
import type { RelayHere } from './relay-here.ts';

/** The user without rights of Debian and most other systems: for a relay whose data belongs to root. */
const NOBODY = { uid: 65_534, gid: 65_534 };
const END_WITHIN_MS: Millis = 10_000;
/** Of what it wrote, for people. */
const MAX_SAID = 4000;

/** A trial is no relay of the network: it listens on loopback, on another port, without TLS, and orders no certificate. */
const OWN =
	/^ORIEL_(DATA|CONFIG|HOST|PORT|HTTP_PORT|LOG|TLS.*|DOMAIN|PUBLIC_IP|ACME_.*|PLAIN_HTTP|SEED_.*|OWNER_PASSWORD_FILE)$/;

export interface TrialOptions {
	/** Folder of the version that is tried. */
	readonly program: string;
	readonly relay: RelayHere;
	/** A folder for the copy of the data, on a file system with space. */
	readonly draft: string;
	readonly clock: Clock;
	readonly log: Log;
}

/**
 * Starts a version on a copy of the relay's data and waits until it is well; then ends it. Rejects with what it said. The
 * relay that runs, and its data, are left alone.
 */
export async function tryVersion({ program, relay, draft, clock, log }: TrialOptions): Promise<void> {
	const copy = join(draft, 'data');
	mkdirSync(copy, { mode: 0o700 });
	try {
		await copyDataFiles(relay.data, copy, { clock, log });
		const user = give(copy, ownerOf(relay.data));
		const port = await sparePort();
		const url = `http://127.0.0.1:${port}`;
		const own = {
			ORIEL_DATA: copy,
			ORIEL_HOST: '127.0.0.1',
			ORIEL_PORT: `${port}`,
			ORIEL_TLS: 'off',
			ORIEL_LOG: 'json',
		};
		const kept = [...relay.env].filter(([name]) => !OWN.test(name));
		const env = { PATH: process.env.PATH, ...Object.fromEntries(kept), ...own };
		const child = spawn(process.execPath, [join(program, 'bin', 'oriel.mjs'), 'relay'], {
			...{ cwd: '/', env, ...user },
			stdio: ['ignore', 'ignore', 'pipe'],
		});
		const said = listen(child);
		try {
			const ask = () => askHealth({ url, clock });
			await untilHealthy({ clock, ask, ended: () => endOf(child, said()) });
		} finally {
			await end(child, clock);
		}
	} finally {
		rmSync(copy, { recursive: true, force: true });
	}
}

/** The service's own user, who exists while the relay runs. Only root can become another one. */
function ownerOf(data: string): { readonly uid: number; readonly gid: number } | undefined {
	if (process.getuid?.() !== 0) return undefined;
	const { uid, gid } = statSync(data);
	return uid === 0 ? NOBODY : { uid, gid };
}

function give<U extends { readonly uid: number; readonly gid: number } | undefined>(folder: string, user: U): U {
	if (!user) return user;
	for (const name of readdirSync(folder)) chownSync(join(folder, name), user.uid, user.gid);
	chownSync(folder, user.uid, user.gid);
	return user;
}

/** One that the system gives to no other program at this moment. */
function sparePort(): Promise<number> {
	return new Promise((resolve, reject) => {
		const server = createServer();
		server.once('error', reject);
		server.listen(0, '127.0.0.1', () => {
			const address = server.address();
			server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
		});
	});
}

function listen(child: ChildProcess): () => string {
	let said = '';
	child.stderr?.setEncoding('utf8').on('data', (text: string) => {
		said = `${said}${text}`.slice(-MAX_SAID);
	});
	child.once('error', (failure) => {
		said += `\n${failure.message}`;
	});
	return () => said;
}

function endOf({ exitCode, signalCode, pid }: ChildProcess, said: string): string | undefined {
	if (exitCode === null && signalCode === null && pid !== undefined) return undefined;
	const last = /^\w*Error\b.*$/m.exec(said)?.[0] ?? said.trim().split('\n').at(-1) ?? '';
	return last === '' ? `it ended with ${exitCode ?? signalCode}` : last;
}

async function end(child: ChildProcess, clock: Clock): Promise<void> {
	const isOver = () => child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
	if (isOver()) return;
	const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
	const over = new AbortController();
	child.kill('SIGTERM');
	void sleep(clock, END_WITHIN_MS, over.signal).then(() => isOver() || child.kill('SIGKILL'));
	await ended;
	over.abort();
}
