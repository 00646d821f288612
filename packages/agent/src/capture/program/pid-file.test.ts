import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@oriel/base';
import { FakeClock } from '@oriel/testing/fake-clock';
import { until } from '@oriel/testing/turns';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { claimCamera } from './pid-file.ts';
import { isAlive, lifeOf } from './proc.ts';

const NO_PROCESS = { pid: 4_194_000, began: '1' };

const device = (name: string) => ({ name, isExclusive: true });
const command = (name: string) => ({ name, isExclusive: false });

describe.runIf(process.platform === 'linux')('claimCamera', () => {
	let folder: string;
	const clock = new FakeClock();

	beforeEach(() => {
		folder = mkdtempSync(join(tmpdir(), 'oriel-claims-'));
	});

	afterEach(() => rmSync(folder, { recursive: true }));

	/** The one file in the folder. */
	function file(): string {
		return join(folder, readdirSync(folder)[0] ?? '');
	}

	/** What an earlier agent has left in the file of `camera`. */
	async function leave(camera: string, text: string): Promise<void> {
		const claim = await claimCamera(folder, device(camera), clock);
		const path = file();
		claim.release();
		writeFileSync(path, text);
	}

	it('says who has a camera and with what, until it is released', async () => {
		const claim = await claimCamera(folder, device('csi'), clock);
		claim.holds(process.pid);
		const life = lifeOf(process.pid);
		expect(JSON.parse(readFileSync(file(), 'utf8'))).toEqual({ agent: life, program: life });
		await claimCamera(folder, device('/dev/video0'), clock);
		await expect(claimCamera(folder, device('csi'), clock)).rejects.toMatchObject({
			code: 'busy',
			waitMs: [10_000, 30_000],
			message: expect.stringMatching(/^the camera is in use: this agent has it open already/),
		});
		claim.release();
		(await claimCamera(folder, device('csi'), clock)).release();
		expect(readdirSync(folder)).toHaveLength(1);
	});

	it('ends a program whose agent is gone', async () => {
		const orphan = spawn('sleep', ['60'], { stdio: 'ignore' });
		await until(() => orphan.pid !== undefined && lifeOf(orphan.pid) !== undefined);
		const program = lifeOf(orphan.pid ?? 0) ?? expect.unreachable();
		await leave('csi', JSON.stringify({ agent: NO_PROCESS, program }));
		// The orphan dies in real time.
		(await claimCamera(folder, device('csi'), systemClock)).release();
		expect(isAlive(program)).toBe(false);
	});

	it('lets a command run several times at once, and ends what any of the runs left behind', async () => {
		const first = await claimCamera(folder, command('ffmpeg -i a'), clock);
		const second = await claimCamera(folder, command('ffmpeg -i a'), clock);
		const other = await claimCamera(folder, command('ffmpeg -i b'), clock);
		expect(readdirSync(folder)).toHaveLength(3);
		for (const claim of [first, second, other]) claim.release();
		expect(readdirSync(folder)).toEqual([]);
	});

	it('ends what a command that may run several times has left behind', async () => {
		const left = await claimCamera(folder, command('ffmpeg -i a'), clock);
		const path = file();
		left.release();
		const orphan = spawn('sleep', ['60'], { stdio: 'ignore' });
		await until(() => orphan.pid !== undefined && lifeOf(orphan.pid) !== undefined);
		const program = lifeOf(orphan.pid ?? 0) ?? expect.unreachable();
		writeFileSync(path, JSON.stringify({ agent: NO_PROCESS, program }));
		(await claimCamera(folder, command('ffmpeg -i a'), systemClock)).release();
		expect(isAlive(program)).toBe(false);
	});

	it('leaves a process alone that only has the number of a program', async () => {
		const other = lifeOf(process.ppid) ?? expect.unreachable();
		await leave('csi', JSON.stringify({ agent: NO_PROCESS, program: { ...other, began: '1' } }));
		(await claimCamera(folder, device('csi'), clock)).release();
		expect(isAlive(other)).toBe(true);
	});

	it.each(['', '{', '[]', '{"agent":{"pid":1,"began":"0"}}', '{"agent":7,"program":{"pid":-1}}'])(
		'takes a camera over from a file that holds %j',
		async (text) => {
			await leave('csi', text);
			(await claimCamera(folder, device('csi'), clock)).release();
			expect(readdirSync(folder)).toEqual([]);
		},
	);

	it('believes nothing in a folder that others may write, and goes on without', async () => {
		chmodSync(folder, 0o777);
		const claim = await claimCamera(folder, device('csi'), clock);
		claim.holds(process.pid);
		claim.release();
		expect(readdirSync(folder)).toEqual([]);
		await claimCamera('/dev/null/nowhere', device('csi'), clock);
	});
});
