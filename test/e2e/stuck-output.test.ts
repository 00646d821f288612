// Readers of a program's output that do not read, read late, or are gone.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog, systemClock } from '@oriel/base';
import { addKey, addToken, changeData } from '@oriel/relay';
import { freePort } from '@oriel/testing/free-port';
import { watchMjpeg } from '@oriel/testing/mjpeg-viewer';
import { withinMs } from '@oriel/testing/patience';
import { ROOT } from '@oriel/testing/program';
import { Peer } from '@oriel/testing/relay/peer';
import { cameraProcess, PASSWORD } from '@oriel/testing/relay-process';
import { until } from '@oriel/testing/until';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

let folder: string;
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'oriel-output-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Where both outputs of a relay go, and what may be done with the other end. */
interface Reader {
	readonly descriptor: number;
	/** Begins to read; what has been read so far. */
	read(): () => string;
	close(): void;
}

/** A pipe: it is open for reading from the start, and nothing reads. */
function pipe(): Reader {
	const path = join(folder, 'pipe');
	spawnSync('mkfifo', [path]);
	const descriptor = openSync(path, 'r+');
	return {
		descriptor,
		read() {
			let text = '';
			const reading = spawn('cat', [path], { stdio: ['ignore', 'pipe', 'ignore'] });
			reading.stdout.setEncoding('utf8').on('data', (chunk: string) => {
				text += chunk;
			});
			closers.push(() => reading.kill());
			return () => text;
		},
		close: () => closeSync(descriptor),
	};
}
const closers: (() => void)[] = [];
afterEach(() => {
	for (const close of closers.splice(0)) close();
});

/** A relay with two cameras whose outputs go to `descriptor`, with the owner's password in a file. */
class Relay implements AsyncDisposable {
	readonly child: ChildProcess;
	readonly url: string;
	readonly keys: Readonly<Record<'porch' | 'hall', string>>;
	readonly token: string;
	readonly ended: Promise<number | NodeJS.Signals | null>;

	static async start(port: number, output: number | 'pipe', wrapper: readonly string[] = []): Promise<Relay> {
		const data = join(folder, 'data');
		const secrets = await changeData(data, { clock: systemClock, log: silentLog }, (files) => ({
			keys: { porch: addKey(files, systemClock, 'porch'), hall: addKey(files, systemClock, 'hall') },
			token: addToken(files, systemClock, { label: 'test', cameras: [], lifetimeMs: undefined }).secret,
		}));
		return new Relay(port, output, wrapper, data, secrets);
	}

	private constructor(
		port: number,
		output: number | 'pipe',
		wrapper: readonly string[],
		data: string,
		{ keys, token }: Pick<Relay, 'keys' | 'token'>,
	) {
		this.keys = keys;
		this.token = token;
		const password = join(folder, 'password');
		writeFileSync(password, PASSWORD, { mode: 0o600 });
		const words = [process.execPath, 'packages/cli/bin/oriel.mjs', 'relay', '--data', data, '--port', String(port)];
		const more = ['--host', '127.0.0.1', '--log', 'json', '--tls', 'off', '--owner-password-file', password];
		const [program = '', ...args] = [...wrapper, ...words, ...more];
		this.child = spawn(program, args, { cwd: ROOT, stdio: ['ignore', output, output] });
		this.url = `http://127.0.0.1:${port}`;
		this.ended = new Promise((resolve) => this.child.once('close', (code, signal) => resolve(code ?? signal)));
	}

	async isHealthy(): Promise<boolean> {
		return fetch(`${this.url}/healthz`).then(
			({ status }) => status === 200,
			() => false,
		);
	}

	async signIn(): Promise<number> {
		const headers = { 'content-type': 'application/json' };
		const body = JSON.stringify({ password: PASSWORD });
		return (await fetch(`${this.url}/api/session`, { method: 'POST', headers, body })).status;
	}

	/** An agent that comes and goes, each time with long words for the log. */
	async comeAndGo(times: number): Promise<void> {
		for (let count = 0; count < times; count++) {
			const agent = await Peer.open(`${this.url.replace('http', 'ws')}/agent`, this.keys.hall);
			agent.announce('hall');
			const message = `${String(count).padStart(6, '0')}${'界'.repeat(490)}`;
			agent.send({ type: 'goodbye', reason: 'finished', message, retryAfterMs: null });
			await agent.closed();
			await new Promise((resolve) => setTimeout(resolve, PACE_MS));
		}
	}

	/** SIGTERM; the exit code, and the milliseconds until the end. */
	async terminate(pid = this.child.pid ?? 0): Promise<{ readonly code: unknown; readonly took: number }> {
		const began = performance.now();
		process.kill(pid, 'SIGTERM');
		return { code: await this.ended, took: performance.now() - began };
	}

	async [Symbol.asyncDispose](): Promise<void> {
		this.child.kill('SIGKILL');
		await this.ended;
	}
}

/** Far more than a pipe (64 KiB) and the backlog (256 KiB) hold: about 3 KB each time. */
const TIMES = 200;
/** Three lines each time, of which the relay writes at most 200 a second. */
const PACE_MS = 15;

/** Shows that the relay still does its work. */
async function requireAllGoesOn(relay: Relay, times: number): Promise<void> {
	await using camera = cameraProcess(relay.url, 'porch', relay.keys.porch);
	await camera.said(/connected to the relay/);
	const viewer = await until('the viewer to be let in', () =>
		watchMjpeg(`${relay.url}/cameras/porch/stream.mjpg`, relay.token).catch(() => undefined),
	);
	await until('pictures', () => viewer.pictures > 0);
	await relay.comeAndGo(times);
	const before = viewer.pictures;
	await until('more pictures', () => viewer.pictures > before + 24);
	viewer.close();
	expect(await relay.signIn()).toBe(200);
	expect(await relay.isHealthy()).toBe(true);
}

describe('a relay whose output is a pipe', () => {
	it('that is not read sends frames on, and says what was dropped when it is', async () => {
		const out = pipe();
		await using relay = await Relay.start(await freePort(), out.descriptor);
		await until('the relay', () => relay.isHealthy());
		await requireAllGoesOn(relay, TIMES);

		const text = out.read();
		await until('the words about dropped lines', () => text().includes('lines of the log were dropped'));
		await relay.comeAndGo(1);
		expect(await relay.terminate()).toMatchObject({ code: 0 });
		await until('the last line', () => text().includes('relay stops'));
		const lines = text()
			.split('\n')
			.filter((line) => line.startsWith('{'))
			.map((line) => JSON.parse(line));
		const left = lines.filter(({ msg, camera }) => msg === 'camera left' && camera === 'hall');
		const numbers = left.map(({ reason }) => Number(reason.slice(0, 6)));
		// In order, with one hole; the newest line is the one after it.
		expect(numbers.at(-1)).toBe(0);
		expect(numbers.slice(0, -1)).toEqual(numbers.slice(0, -1).sort((one, other) => one - other));
		const { lines: dropped } = lines.find(({ msg }) => msg.startsWith('lines of the log were dropped'));
		expect(numbers.length).toBeLessThan(TIMES);
		expect(dropped).toBeGreaterThan(0);
		out.close();
	});

	it('that is full before it starts, and is never read: works, and ends in time', async () => {
		const out = pipe();
		const filler = spawnSync(process.execPath, ['-e', 'process.stderr.write(Buffer.alloc(1e6, 65)); process.exit()'], {
			stdio: ['ignore', 'ignore', out.descriptor],
		});
		expect(filler.status).toBe(0);
		await using relay = await Relay.start(await freePort(), out.descriptor);
		await until('the relay', () => relay.isHealthy());
		expect(await relay.signIn()).toBe(200);
		await relay.comeAndGo(20);
		const { code, took } = await relay.terminate();
		expect(code).toBe(0);
		expect(took).toBeLessThan(withinMs(10_000));
		out.close();
	});
});

describe('a relay whose output is something else', () => {
	it('a socket whose reader has gone: works and ends', async () => {
		await using relay = await Relay.start(await freePort(), 'pipe');
		relay.child.stdout?.destroy();
		relay.child.stderr?.destroy();
		await until('the relay', () => relay.isHealthy());
		await requireAllGoesOn(relay, 20);
		expect(await relay.terminate()).toMatchObject({ code: 0 });
	});

	it('a full disk: works and ends', async () => {
		const full = openSync('/dev/full', 'w');
		await using relay = await Relay.start(await freePort(), full);
		closeSync(full);
		await until('the relay', () => relay.isHealthy());
		await relay.comeAndGo(20);
		expect(await relay.signIn()).toBe(200);
		expect(await relay.terminate()).toMatchObject({ code: 0 });
	});

	it('a terminal that is stopped (Ctrl-S): works and ends', async () => {
		const open = 'import pty,subprocess,sys;m,s=pty.openpty();p=subprocess.Popen(sys.argv[1:],stdout=s,stderr=s)';
		const script = `${open};open("${join(folder, 'pid')}","w").write(str(p.pid));sys.exit(p.wait())`;
		await using relay = await Relay.start(await freePort(), 'pipe', ['python3', '-c', script]);
		await until('the relay', () => relay.isHealthy());
		const pid = Number(readFileSync(join(folder, 'pid'), 'utf8'));
		try {
			await requireAllGoesOn(relay, 20);
			expect(await relay.terminate(pid)).toMatchObject({ code: 0 });
		} finally {
			if (relay.child.exitCode === null) process.kill(pid, 'SIGKILL');
		}
	});

	it('a file: has every line, in order', async () => {
		const path = join(folder, 'log');
		const file = openSync(path, 'a');
		await using relay = await Relay.start(await freePort(), file);
		closeSync(file);
		await until('the relay', () => relay.isHealthy());
		await relay.comeAndGo(30);
		expect(await relay.terminate()).toMatchObject({ code: 0 });
		const lines = readFileSync(path, 'utf8').split('\n');
		const parsed = lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line));
		const left = parsed.filter(({ msg }) => msg === 'camera left').map(({ reason }) => Number(reason.slice(0, 6)));
		expect(left).toEqual(Array.from({ length: 30 }, (_, count) => count));
		expect(parsed.at(-1).msg).toBe('relay stops');
		expect(lines.join('\n')).toContain('Oriel relay');
	});
});

describe('the last lines of a program', () => {
	const LINES = 1000;
	const ENDINGS: Readonly<Record<string, string>> = {
		'at its natural end': '',
		'after process.exit': 'process.exit(3);',
		'after a crash': 'setImmediate(() => { throw new Error("broken"); });',
	};
	/** Logs 200 KB at once, and ends. */
	const program = (ending: string) => `
		import('${ROOT}packages/cli/dist/logging/terminal-log.js').then(async ({ openTerminal }) => {
			const terminal = await openTerminal('json');
			process.on('exit', terminal.flush);
			for (let number = 0; number < ${LINES}; number++) terminal.log.info('x'.repeat(100), { number });
			terminal.complain('the last words\\n');
			${ending}
		});`;
	const numbersIn = (text: string) =>
		text
			.split('\n')
			.filter((line) => line.startsWith('{"level"'))
			.map((line) => JSON.parse(line).number);

	it.each(Object.entries(ENDINGS))('are read %s', async (_when, ending) => {
		const all = Array.from({ length: LINES }, (_, number) => number);

		const child = spawn(process.execPath, ['-e', program(ending)], { stdio: ['ignore', 'ignore', 'pipe'] });
		let socket = '';
		child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
			socket += chunk;
		});
		await new Promise((resolve) => child.once('close', resolve));
		expect(numbersIn(socket)).toEqual(all);
		expect(socket).toContain('the last words\n');

		const path = join(folder, 'log');
		const file = openSync(path, 'a');
		spawnSync(process.execPath, ['-e', program(ending)], { stdio: ['ignore', 'ignore', file] });
		closeSync(file);
		expect(numbersIn(readFileSync(path, 'utf8'))).toEqual(all);

		const out = pipe();
		const text = out.read();
		const third = spawn(process.execPath, ['-e', program(ending)], { stdio: ['ignore', 'ignore', out.descriptor] });
		await new Promise((resolve) => third.once('close', resolve));
		await until('the last words', () => text().includes('the last words'));
		expect(numbersIn(text())).toEqual(all);
		out.close();
	});
});
