// The relay and the command line as processes, on real file systems: full, read-only, killed in the middle of writing.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { addedKey } from '@oriel/testing/grants';
import { SmallDisk } from '@oriel/testing/mount';
import { withinMs } from '@oriel/testing/patience';
import { oriel, Program, runOriel } from '@oriel/testing/program';
import { TestBrowser } from '@oriel/testing/relay/browser';
import { Peer } from '@oriel/testing/relay/peer';
import { cameraProcess, PASSWORD, RelayProcess } from '@oriel/testing/relay-process';
import { noteSecretsIn } from '@oriel/testing/secret-ledger';
import { until } from '@oriel/testing/until';
import { describe, expect, it } from 'vitest';
import { type DiskFault, full, hanging, readOnly } from './disk-faults.ts';

/** What the relay promises for what is open when it is revoked. */
const REVOKED_WITHIN_MS = withinMs(2000);

/** A viewer that acknowledges what it gets and counts it. */
class Viewer implements Disposable {
	readonly #peer: Peer;
	frames = 0;

	private constructor(peer: Peer, camera: string) {
		this.#peer = peer;
		peer.onFrame = (frame) => {
			this.frames++;
			peer.ack(frame);
		};
		peer.watch(camera);
	}

	static async open(relay: RelayProcess, token: string, camera: string): Promise<Viewer> {
		return new Viewer(await Peer.open(`${relay.url.replace('http', 'ws')}/live`, token), camera);
	}

	get code(): number | undefined {
		return this.#peer.code;
	}

	/** Resolves when more pictures have come since. */
	async goesOn(): Promise<void> {
		const before = this.frames;
		await until('pictures go on', () => this.frames > before + 3);
	}

	[Symbol.dispose](): void {
		this.#peer.socket.terminate();
	}
}

/** The owner's browser, signed in with the set-up link. */
async function ownerOf(relay: RelayProcess): Promise<TestBrowser> {
	const browser = new TestBrowser(relay.url);
	const token = await relay.setupToken();
	const { status } = await browser.post('/api/setup', { token, password: PASSWORD });
	if (status !== 200) throw new Error(`Set-up was answered with ${status}`);
	return browser;
}

const FAULTS: Readonly<Record<string, DiskFault & { reason: string }>> = {
	full: { ...full, reason: 'ENOSPC' },
	'read-only': { ...readOnly, reason: 'EROFS' },
};

describe.each(Object.entries(FAULTS))('a file system that is %s', (_name, { begin, end, reason }) => {
	it('stops neither video nor sign-in, takeover and revocation; nothing is lost when it works again', async () => {
		using disk = new SmallDisk(512);
		const data = join(disk.path, 'data');
		await using relay = await RelayProcess.start([], data);
		const owner = await ownerOf(relay);
		const key = await relay.addKey('porch');
		const stays = await owner.post('/api/tokens', { label: 'stays' });
		const goes = await owner.post('/api/tokens', { label: 'goes' });
		await using _camera = cameraProcess(relay.url, 'porch', key);
		using viewer = await Viewer.open(relay, stays.json.secret, 'porch');
		using revoked = await Viewer.open(relay, goes.json.secret, 'porch');
		await viewer.goesOn();
		await revoked.goesOn();

		await begin(disk);
		const phone = new TestBrowser(relay.url);
		expect((await phone.post('/api/session', { password: PASSWORD })).status).toBe(200);
		expect((await phone.get('/api/people')).status).toBe(200);
		const link = await phone.post('/api/links', { cameras: ['porch'], label: 'shared' });
		expect(link.status).toBe(201);
		const guest = new TestBrowser(relay.url);
		expect((await guest.post('/api/session', { share: link.json.token })).status).toBe(200);
		await viewer.goesOn();

		const before = performance.now();
		expect((await phone.send('DELETE', `/api/tokens/${goes.json.token.id}`)).status).toBe(204);
		await until('the viewer is cut off', () => revoked.code !== undefined);
		expect([revoked.code, performance.now() - before < REVOKED_WITHIN_MS]).toEqual([4003, true]);

		// Another agent takes the camera over.
		await using _second = cameraProcess(relay.url, 'porch', key);
		await until('the camera was taken over', async () => {
			const { json } = await phone.get('/api/events');
			return json.events.some(({ kind }: { kind: string }) => kind === 'camera-taken-over');
		});
		await viewer.goesOn();
		await relay.program.said(new RegExp(`${reason}.*the data directory cannot be written`));
		const add = runOriel(['key', 'add', 'lost', '--data', data]);
		await expect(add).rejects.toThrow(new RegExp(`ended with 1: [^]*oriel key add: Cannot write ${data}: ${reason}`));

		await end(disk);
		await relay.program.said(/the data directory can be written again/);
		await relay.crash();
		await relay.start();
		const labels = async (of: string) =>
			(await phone.get(`/api/${of}`)).json[of].map(({ label }: { label: string }) => label);
		expect([await labels('links'), await labels('tokens')]).toEqual([['shared'], ['stays']]);
		expect(relay.program.stderr).not.toContain('could not be locked');
	});

	it('stops no start', async () => {
		using disk = new SmallDisk(512);
		const data = join(disk.path, 'data');
		const key = await runOriel(['key', 'add', 'porch', '--data', data]);
		await begin(disk);
		const relay = await RelayProcess.start([], data);
		try {
			noteSecretsIn(key);
			expect(relay.program.stderr).toContain('could not be locked');
			// The link that it printed opens it, though it could not be noted.
			const owner = await ownerOf(relay);
			await using _camera = cameraProcess(relay.url, 'porch', key);
			await until('the camera is live', async () => {
				const { json } = await owner.get('/api/cameras');
				return json.cameras[0]?.state === 'live';
			});
		} finally {
			await end(disk);
			await relay[Symbol.asyncDispose]();
		}
	});
});

describe('a disk that does not answer', () => {
	it('stops neither video nor sign-in and revocation, and does not keep the relay from ending', async () => {
		using disk = new SmallDisk(512);
		await using relay = await RelayProcess.start([], join(disk.path, 'data'));
		const owner = await ownerOf(relay);
		const key = await relay.addKey('porch');
		const stays = await owner.post('/api/tokens', { label: 'stays' });
		const goes = await owner.post('/api/tokens', { label: 'goes' });
		await using _camera = cameraProcess(relay.url, 'porch', key);
		using viewer = await Viewer.open(relay, stays.json.secret, 'porch');
		using revoked = await Viewer.open(relay, goes.json.secret, 'porch');
		await viewer.goesOn();

		await hanging.begin(disk);
		expect((await owner.post('/api/people', { name: 'Ada', role: 'viewer' })).status).toBe(201);
		const phone = new TestBrowser(relay.url);
		expect((await phone.post('/api/session', { password: PASSWORD })).status).toBe(200);
		const before = performance.now();
		expect((await phone.send('DELETE', `/api/tokens/${goes.json.token.id}`)).status).toBe(204);
		await until('the viewer is cut off', () => revoked.code !== undefined);
		expect(performance.now() - before).toBeLessThan(REVOKED_WITHIN_MS);
		await relay.program.said(/one write has taken 5 s/);
		await viewer.goesOn();

		const ending = performance.now();
		await relay.program.end('SIGTERM');
		expect(performance.now() - ending).toBeLessThan(withinMs(25_000));
		expect(relay.program.stderr).toContain('the last changes of the data directory are lost');
		await hanging.end(disk);
	});
});

describe('the command line', () => {
	it('keeps eight keys that are added at once, while a relay runs and changes the same files', async () => {
		await using relay = await RelayProcess.start();
		const owner = await ownerOf(relay);
		const names = Array.from({ length: 8 }, (_, index) => `camera-${index}`);
		let isOver = false;
		const added = Promise.all(names.map((name) => addedKey(relay.data, name))).finally(() => {
			isOver = true;
		});
		// Pairing adds keys to the same file in the relay.
		const paired: string[] = [];
		while (!isOver) {
			const camera = `paired-${paired.length}`;
			const { json, status } = await owner.post('/api/pairings', { camera });
			if (status !== 201) break;
			await new TestBrowser(relay.url).post('/api/join', { code: json.code });
			paired.push(camera);
		}
		await added;
		const { keys } = JSON.parse(readFileSync(join(relay.data, 'keys.json'), 'utf8'));
		const kept = keys.map(({ camera }: { camera: string }) => camera);
		expect(kept.sort()).toEqual([...names, ...paired].sort());
		expect(paired.length).toBeGreaterThan(0);
	});
});

describe('one data directory', () => {
	it('is for one relay; the second says whose it is, and kill -9 blocks no start', async () => {
		await using relay = await RelayProcess.start();
		const { pid } = relay.program;
		await using second = oriel(['relay', '--data', relay.data, '--port', '0', '--host', '127.0.0.1']);
		expect((await second.ended).code).toBe(1);
		expect(second.stderr).toContain(`Another relay runs on the data directory ${relay.data}: process ${pid} on`);
		await relay.crash();
		await relay.start();
		const { code } = await relay.program.end('SIGTERM');
		expect(code).toBe(0);
		expect(readdirSync(relay.data).filter((name) => name.includes('lock'))).toEqual([]);
		await relay.start();
	});

	it('is for one relay in two containers too, and a container that was killed blocks no start', async () => {
		await using relay = await RelayProcess.start();
		const unshared = (port: string) =>
			new Program('unshare', [
				...['--pid', '--fork', '--kill-child', '--mount-proc', process.execPath, 'packages/cli/bin/oriel.mjs', 'relay'],
				...['--data', relay.data, '--host', '127.0.0.1', '--log', 'json', '--port', port],
			]);
		await using refused = unshared('0');
		expect((await refused.ended).code).toBe(1);
		expect(refused.stderr).toContain('Another relay runs on the data directory');
		await relay.crash();
		const first = unshared('0');
		await first.said(/relay listens/);
		await first.end('SIGKILL');
		// Process 1 of a container, as the one before.
		await using again = unshared('0');
		await again.said(/relay listens/);
		noteSecretsIn(`${first.stdout} ${again.stdout}`);
	});
});

describe('kill -9', () => {
	it('loses nothing that was answered, and leaves no draft and no lock behind', async () => {
		await using relay = await RelayProcess.start();
		const owner = await ownerOf(relay);
		const acknowledged: string[] = [];
		for (let round = 0; round < 12; round++) {
			const change = async (label: string) => {
				const { status } = await owner.post('/api/links', { cameras: ['porch'], label });
				if (status === 201) acknowledged.push(label);
			};
			const burst = Array.from({ length: 20 }, (_, index) => change(`${round}-${index}`));
			// In the middle of the burst: each round a little later.
			await Promise.race([Promise.all(burst), until('some are answered', () => acknowledged.length > round * 4)]);
			const answered = Promise.allSettled(burst);
			await relay.crash();
			await answered;
			writeFileSync(join(relay.data, '.0123456789ab.tmp'), 'as if it was killed while writing', { mode: 0o600 });
			await relay.start();
			expect(readdirSync(relay.data).filter((name) => name.endsWith('.tmp'))).toEqual([]);
			const { json } = await owner.get('/api/links');
			const labels = new Set(json.links.map(({ label }: { label: string }) => label));
			expect(acknowledged.filter((label) => !labels.has(label))).toEqual([]);
		}
		expect(acknowledged.length).toBeGreaterThan(20);
	});
});
