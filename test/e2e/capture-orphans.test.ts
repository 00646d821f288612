import { FakePrograms } from '@oriel/testing/fake-camera/install';
import { processesWith } from '@oriel/testing/processes';
import { Program } from '@oriel/testing/program';
import { until } from '@oriel/testing/until';
import { describe, expect, it } from 'vitest';

/** An agent's capture and nothing else: says each picture. `ways` are those of the orphan guard. */
const AGENT = `
import { OrphanGuard, localMachine, programSource } from '@oriel/agent';
import { systemClock as clock } from '@oriel/base';
const [ways, runFolder] = process.argv.slice(1);
const machine = localMachine({ orphanGuard: new OrphanGuard(JSON.parse(ways)), runFolder });
const command = {
	description: 'fake',
	program: 'rpicam-vid',
	arguments: ['-t', '0', '-n', '--codec', 'mjpeg', '--width', '320', '--height', '240', '--flush', '-o', '-'],
	output: 'stream',
	firstPictureMs: 60_000,
	stallMs: 60_000,
	diagnose: ({ exit }) => ({ fault: exit.how, message: exit.how, again: 'soon' }),
};
const source = programSource({ command, device: 'csi', machine, clock, maxPictureBytes: 1_000_000 });
const sink = { frame: () => console.log('picture'), poster() {}, preview() {}, advise() {} };
source.run(sink, new AbortController().signal).catch((failure) => console.log(failure.message));
`;

function agent(programs: FakePrograms, ways: readonly string[]): Program {
	const args = ['--input-type=module', '--eval', AGENT, JSON.stringify(ways), `${programs.folder}/run`];
	// It writes three pictures, and from then on nothing: no broken pipe can end it.
	return new Program(process.execPath, args, { env: programs.environment('d-state', 'stall@3') });
}

function cameras(programs: FakePrograms) {
	return processesWith(programs.folder).filter(({ words }) => words.includes(`${programs.folder}/rpicam-vid`));
}

describe('when an agent is killed with -9', () => {
	it.each([[['kernel']], [['watcher']]])('its camera program ends with it, by %j', async (ways) => {
		using programs = new FakePrograms('ok');
		await using running = agent(programs, ways);
		await running.said(/picture\npicture\npicture/);
		expect(cameras(programs)).toHaveLength(1);
		await running.end('SIGKILL');
		await until('the camera program to end', () => processesWith(programs.folder).length === 0);
	});

	it('and nothing tied the program to it, the next agent ends it and takes the camera', async () => {
		using programs = new FakePrograms('ok');
		{
			await using running = agent(programs, []);
			await running.said(/picture\npicture\npicture/);
		}
		const [orphan] = cameras(programs);
		expect(orphan, 'this test needs an orphan').toBeDefined();
		await using next = agent(programs, ['kernel']);
		await next.said(/picture/);
		expect(cameras(programs)).toHaveLength(1);
		expect(cameras(programs)[0]?.pid).not.toBe(orphan?.pid);
	});

	it('while it lives, no other agent gets its camera, and is told whose it is', async () => {
		using programs = new FakePrograms('ok');
		await using first = agent(programs, ['kernel']);
		await first.said(/picture/);
		await using second = agent(programs, ['kernel']);
		const [, pid] = await second.said(/another Oriel agent \(process (\d+)\) has it open already/);
		expect(Number(pid)).toBeGreaterThan(1);
		expect(cameras(programs)).toHaveLength(1);
	});
});
