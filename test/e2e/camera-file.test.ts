import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { oriel, Program } from '@oriel/testing/program';
import { RelayProcess } from '@oriel/testing/relay-process';
import { until } from '@oriel/testing/until';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

let folder: string;

beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'oriel-file-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

interface Seen {
	readonly name: string;
	readonly title: string;
	readonly state: string;
	readonly since: string;
	readonly width: number;
	readonly codec: string;
}

/** What a relay says of its cameras, to a program and to Prometheus. */
class Looking {
	readonly #relay: RelayProcess;
	readonly #token: string;

	constructor(relay: RelayProcess, token: string) {
		this.#relay = relay;
		this.#token = token;
	}

	async camera(name: string): Promise<Seen | undefined> {
		const headers = { authorization: `Bearer ${this.#token}` };
		const response = await fetch(`${this.#relay.url}/api/cameras`, { headers });
		const { cameras } = (await response.json()) as { cameras: Seen[] };
		return cameras.find((camera) => camera.name === name);
	}

	/** How many streams the camera began after its first. */
	reconnects(name: string): Promise<number> {
		return this.#relay.metric(`oriel_ingest_reconnects_total{camera="${name}"}`);
	}

	live(name: string, width: number): Promise<Seen> {
		return until(`${name} to be live and ${width} wide`, async () => {
			const seen = await this.camera(name);
			return seen?.state === 'live' && seen.width === width ? seen : undefined;
		});
	}
}

describe('oriel camera --config', () => {
	it('follows its file: one camera changes its size, the stream of the other goes on', async () => {
		await using relay = await RelayProcess.start();
		const looking = new Looking(relay, await relay.addToken());
		const sameRun = async (name: string, { since }: Seen) => {
			expect(await looking.reconnects(name)).toBe(0);
			const now = (await looking.camera(name))?.since ?? '';
			// The relay turns its own clock into the wall's each time it is asked.
			expect(Math.abs(Date.parse(now) - Date.parse(since))).toBeLessThan(500);
		};
		const write = (lines: readonly string[]) => {
			writeFileSync(join(folder, 'camera.yaml'), [`relay: ${relay.url}`, 'cameras:', ...lines, ''].join('\n'));
		};
		const camera = (name: string, ...more: string[]) => [
			`  ${name}:`,
			`    key-file: ${name}.key`,
			'    source: test',
			'    fps: 10',
			...more.map((line) => `    ${line}`),
		];
		for (const name of ['porch', 'yard', 'attic']) {
			writeFileSync(join(folder, `${name}.key`), await relay.addKey(name), { mode: 0o600 });
		}
		write([...camera('porch', 'size: 320x240'), ...camera('yard', 'size: 320x240')]);
		await using agent = oriel(['camera', '--config', join(folder, 'camera.yaml'), '--log', 'json']);
		await looking.live('porch', 320);
		const before = await looking.live('yard', 320);

		write([...camera('porch', 'size: 160x120'), ...camera('yard', 'size: 320x240')]);
		await looking.live('porch', 160);
		expect(await looking.reconnects('porch')).toBe(1);
		await sameRun('yard', before);

		write([...camera('porch', 'size: wide'), ...camera('yard', 'size: 320x240')]);
		await agent.said(/line 7: camera porch: size: \\"wide\\" cannot be used.*the old one goes on/);
		write([...camera('attic', 'size: 160x120'), ...camera('yard', 'size: 320x240')]);
		await looking.live('attic', 160);
		await until('porch to be gone', async () => (await looking.camera('porch'))?.state === 'offline');
		await sameRun('yard', before);
		expect(await agent.end('SIGTERM')).toEqual({ code: 0, signal: null });
	});

	it('yields to variables, and they to flags; what a source cannot do is said', async () => {
		await using relay = await RelayProcess.start();
		const looking = new Looking(relay, await relay.addToken());
		writeFileSync(join(folder, 'porch.key'), await relay.addKey('porch'), { mode: 0o600 });
		const file = {
			relay: relay.url,
			cameras: { porch: { 'key-file': 'porch.key', source: 'test', size: '320x240', title: 'File' } },
		};
		writeFileSync(join(folder, 'camera.json'), JSON.stringify(file));
		const env = { ORIEL_CONFIG: join(folder, 'camera.json'), ORIEL_SIZE: '160x120', ORIEL_TITLE: 'Variable' };
		await using agent = oriel(['camera', '--title', 'Flag', '--rotation', '90', '--log', 'json'], { env });
		expect(await looking.live('porch', 160)).toMatchObject({ title: 'Flag' });
		await agent.said(/does not support these settings: rotation 90/);
	});

	it.each([
		[
			{ relay: 'r:1', cameras: { porch: { fsp: 1 } } },
			'line 1: camera porch: unknown key "fsp"; accepted are relay, relay-pin, title',
		],
		[
			{ relay: 'r:1', cameras: { porch: { fps: 'fast' } } },
			'camera porch: fps: "fast" cannot be used; expected a number above 0',
		],
		[{ relay: 'r:1' }, '"cameras" is missing'],
	])('refuses %j with exit code 2', async (file, words) => {
		const path = join(folder, 'camera.json');
		writeFileSync(path, JSON.stringify(file));
		await using program = oriel(['camera', '--config', path]);
		expect(await program.ended).toEqual({ code: 2, signal: null });
		expect(program.stderr).toContain(words);
	});

	it.each([
		[['--bitrate', '2m'], '--bitrate: "2m" cannot be used; expected bits per second from 16k to 100M'],
		[['--rotation', '45'], '--rotation: "45" cannot be used; expected 0, 90, 180 or 270'],
		[['--zoom', '1,1,1,1'], '--zoom: "1,1,1,1" cannot be used; expected X,Y,WIDTH,HEIGHT'],
		[['--codec', 'h265'], '--codec: "h265" cannot be used; expected jpeg or h264'],
	])('refuses %j with exit code 2', async (args, words) => {
		await using program = oriel(['camera', 'http://127.0.0.1:1', ...args]);
		expect(await program.ended).toEqual({ code: 2, signal: null });
		expect(program.stderr).toContain(words);
	});
});

const LISTENER = `
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
print('bound', flush=True)
while True: print(s.recv(4096).decode().replace('\\n', ' '), flush=True)
`;

describe('under systemd', () => {
	it.each(['camera', 'relay'])(
		'the %s says through systemd-notify that it is ready, alive, and stopping',
		async (what) => {
			await using systemd = new Program('python3', ['-c', LISTENER, join(folder, 'notify')]);
			await systemd.said(/bound/);
			const env = { NOTIFY_SOCKET: join(folder, 'notify'), WATCHDOG_USEC: '1500000', ORIEL_CAMERA_KEY: 'k'.repeat(40) };
			const args = what === 'camera' ? ['http://127.0.0.1:1', '--name', 'porch'] : ['--data', folder, '--port', '0'];
			await using service = oriel([what, ...args], { env });
			await systemd.said(what === 'camera' ? /READY=1 STATUS=1 camera: porch/ : /READY=1 STATUS=listens on port/);
			await until('three signs of life', () => (systemd.stdout.match(/WATCHDOG=1/g) ?? []).length >= 3);
			service.kill('SIGTERM');
			await systemd.said(/STOPPING=1/);
			expect(await service.ended).toEqual({ code: 0, signal: null });
		},
	);
});
