// Exceptions that nothing in the relay catches; docs/decisions/0026.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@oriel/testing/free-port';
import { watchMjpeg } from '@oriel/testing/mjpeg-viewer';
import { oriel, type Program, runOriel } from '@oriel/testing/program';
import { ask } from '@oriel/testing/relay/ask';
import { cameraProcess } from '@oriel/testing/relay-process';
import { until } from '@oriel/testing/until';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

/** What is loaded into the process under test: it breaks in the event loop, as a defect would. */
const DEFECTS = `
const fail = (words) => setImmediate(() => { throw new Error(words); });
process.on('SIGUSR2', () => fail('thrown on purpose'));
process.on('SIGHUP', () => void Promise.reject(new TypeError('rejected on purpose')));
process.on('SIGWINCH', () => { for (let count = 0; count < 30; count++) fail('one of many'); });
if (process.env.BREAK_AT_ONCE) {
	// The command has begun when it listens for signals, and the relay has not.
	const { on } = process;
	process.on = function (event, listener) {
		if (event === 'SIGTERM') process.nextTick(() => { throw new Error('at the start'); });
		return on.call(this, event, listener);
	};
}
`;

let folder: string;
let port: number;
beforeEach(async () => {
	folder = mkdtempSync(join(tmpdir(), 'oriel-defence-'));
	writeFileSync(join(folder, 'defects.mjs'), DEFECTS);
	port = await freePort();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function broken(env: Readonly<Record<string, string>> = {}): Program {
	const args = ['--data', join(folder, 'data'), '--port', String(port), '--host', '127.0.0.1', '--log', 'json'];
	return oriel(['relay', ...args], { env: { NODE_OPTIONS: `--import=${join(folder, 'defects.mjs')}`, ...env } });
}

const url = () => `http://127.0.0.1:${port}`;
const faults = async () => {
	const { text } = await ask(`${url()}/metrics`);
	return Number(/^oriel_faults_total\{kind="uncaught"\} (\d+)$/m.exec(text)?.[1] ?? 0);
};

describe('a relay in which something throws that nothing catches', () => {
	it('logs it with its stack, counts it, and goes on for its viewers', async () => {
		await using relay = broken();
		await relay.said(/relay listens/);
		const key = await runOriel(['key', 'add', 'porch', '--data', join(folder, 'data')]);
		const token = await runOriel(['token', 'add', 'test', '--data', join(folder, 'data')]);
		await using camera = cameraProcess(url(), 'porch', key);
		await camera.said(/connected to the relay/);
		const viewer = await until('the viewer to be let in', () =>
			watchMjpeg(`${url()}/cameras/porch/stream.mjpg`, token).catch(() => undefined),
		);
		await until('pictures', () => viewer.pictures > 0);

		relay.kill('SIGUSR2');
		await until('the first to be counted', async () => (await faults()) === 1);
		relay.kill('SIGHUP');
		await until('the second to be counted', async () => (await faults()) === 2);
		const before = viewer.pictures;
		await until('more pictures', () => viewer.pictures > before + 10);
		viewer.close();

		expect(await relay.end('SIGTERM')).toEqual({ code: 0, signal: null });
		const lines = relay.stderr
			.trim()
			.split('\n')
			.map((line) => JSON.parse(line))
			.filter(({ msg }) => msg === 'an exception was not caught');
		expect(lines).toEqual([
			expect.objectContaining({
				level: 'error',
				reason: 'thrown on purpose',
				stack: expect.stringContaining('defects.mjs'),
			}),
			expect.objectContaining({
				level: 'error',
				reason: 'rejected on purpose',
				stack: expect.stringMatching(/^TypeError/),
			}),
		]);
	});

	it('ends with exit code 1, and says why, when that happens again and again', async () => {
		await using relay = broken();
		await relay.said(/relay listens/);
		relay.kill('SIGWINCH');
		expect(await relay.ended).toEqual({ code: 1, signal: null });
		expect(relay.stderr).toContain('too many exceptions were not caught within a minute');
		expect(relay.stderr.match(/one of many/g)?.length).toBeGreaterThanOrEqual(21);
	});

	it('ends with exit code 1 while it starts', async () => {
		await using relay = broken({ BREAK_AT_ONCE: 'yes' });
		expect(await relay.ended).toEqual({ code: 1, signal: null });
		expect(relay.stderr).toContain('at the start');
		expect(relay.stderr).not.toContain('relay listens');
	});
});
