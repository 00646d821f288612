import { look, openBrowser } from '@oriel/testing/browser';
import { watchMjpeg } from '@oriel/testing/mjpeg-viewer';
import { withinMs } from '@oriel/testing/patience';
import { oriel, Program, ROOT, runOriel } from '@oriel/testing/program';
import { cameraProcess, RelayProcess } from '@oriel/testing/relay-process';
import { noteSecretsIn } from '@oriel/testing/secret-ledger';
import { until } from '@oriel/testing/until';
import { describe, expect, it } from 'vitest';

describe('npm start', () => {
	it('prints one link that signs in and shows a moving picture, on this machine only', async () => {
		await using demo = new Program(process.execPath, [`${ROOT}tools/start.mjs`, '--port', '0']);
		const [link] = await demo.said(/http:\/\/127\.0\.0\.1:\d+\/#sign-in=\S+/);
		await using browser = await openBrowser();
		const page = await browser.newPage();
		await page.goto(link);
		const first = await until('a picture', async () => (await look(page, 'test-pattern')).code);
		await until('a later picture', async () => ((await look(page, 'test-pattern')).code?.time ?? 0) > first.time);
		expect(page.url(), 'the token has left the address bar').not.toContain('sign-in');
		demo.kill('SIGINT');
		expect(await demo.ended).toMatchObject({ code: 130 });
	});
});

describe('a relay that is told to stop', () => {
	it('ends within ten seconds, tells agents to come back, and says why each connection ended', async () => {
		await using relay = await RelayProcess.start();
		const key = await relay.addKey('porch');
		const token = await relay.addToken();
		await using camera = cameraProcess(relay.url, 'porch', key);
		await camera.said(/connected to the relay/);
		const viewer = await until('the viewer to be let in', () =>
			watchMjpeg(`${relay.url}/cameras/porch/stream.mjpg`, token).catch(() => undefined),
		);
		await until('a picture', () => viewer.pictures > 0);

		const askedAt = performance.now();
		expect(await relay.program.end('SIGTERM')).toEqual({ code: 0, signal: null });
		expect(performance.now() - askedAt).toBeLessThan(withinMs(10_000));
		const lines = relay.program.stderr
			.trim()
			.split('\n')
			.map((line) => JSON.parse(line));
		expect(lines).toContainEqual(
			expect.objectContaining({ msg: 'viewer left', camera: 'porch', transport: 'mjpeg', reason: 'the relay stops' }),
		);
		expect(lines).toContainEqual(expect.objectContaining({ msg: 'camera left', camera: 'porch', via: 'agent' }));

		await relay.start();
		await until('the camera to come back', async () => {
			const response = await fetch(`${relay.url}/cameras/porch/snapshot.jpg`, {
				headers: { authorization: `Bearer ${token}` },
			});
			return response.ok;
		});
	});
});

describe('keys and tokens', () => {
	it('are followed by a running relay within a second, in both directions', async () => {
		await using relay = await RelayProcess.start();
		const token = await runOriel(['token', 'add', 'test', '--data', relay.data]);
		noteSecretsIn(token);
		const names = async () => {
			const response = await fetch(`${relay.url}/api/cameras`, { headers: { authorization: `Bearer ${token}` } });
			if (!response.ok) return undefined;
			const { cameras } = (await response.json()) as { cameras: { name: string }[] };
			return cameras.map(({ name }) => name).join();
		};
		const key = await runOriel(['key', 'add', 'porch', '--data', relay.data]);
		noteSecretsIn(key);
		await until('the new camera', async () => (await names()) === 'porch', withinMs(2000));
		await using camera = cameraProcess(relay.url, 'porch', key);
		await camera.said(/connected to the relay/);
		await runOriel(['key', 'remove', 'porch', '--data', relay.data]);
		await camera.said(/publish key was removed|does not accept/);
		await until('the camera to be gone', async () => (await names()) === '', withinMs(2000));
	});
});

describe.concurrent('the program', () => {
	it.each([
		[['relay', '--prot', '1'], 'Unknown option --prot'],
		[['relay', '--port', 'eighty'], '--port: "eighty" cannot be used; expected a whole number from 0 to 65535'],
		[['relay', '--seed-port', '8100'], 'go together'],
		[['camera', '--name', 'Porch!'], '--name: "Porch!"'],
		[['camera', 'http://127.0.0.1:1', '--name', 'porch'], '--key-file'],
		[['key', 'add'], 'key add NAME'],
		[['fly'], 'there is no command "fly"'],
	])('refuses %j with exit code 2 and says what is expected', async (args, words) => {
		await using program = oriel(args);
		expect(await program.ended).toEqual({ code: 2, signal: null });
		expect(program.stderr).toContain(words);
		expect(program.stdout).toBe('');
	});
});
