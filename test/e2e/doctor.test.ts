import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { asJson, examine, localMachine, reportOf, systemComputer } from '@oriel/agent';
import { systemClock } from '@oriel/base';
import { FakePrograms } from '@oriel/testing/fake-camera/install';
import { fakeMachine } from '@oriel/testing/fake-camera/machine';
import { processesWith } from '@oriel/testing/processes';
import { oriel } from '@oriel/testing/program';
import { describe, expect, it } from 'vitest';

describe('oriel doctor', () => {
	it('is content where pictures come: exit code 0', async () => {
		await using program = oriel(['doctor', '--source', 'test']);
		expect((await program.ended).code).toBe(0);
		expect(program.stdout).toMatch(/^This machine\n {2}/);
		expect(program.stdout).toMatch(/\nTrial: test pattern, 640x480 at 10 fps\n {2}pictures/);
		expect(program.stdout).toMatch(/\nVerdict: Pictures come\./);
	});

	it('is all there as JSON', async () => {
		await using program = oriel(['doctor', '--source', 'test:h264', '--json']);
		expect((await program.ended).code).toBe(0);
		expect(JSON.parse(program.stdout)).toMatchObject({
			isWell: true,
			trial: { stream: { format: { codec: 'h264' }, keys: expect.any(Number) } },
			facts: { place: { platform: process.platform } },
		});
	});

	it('says why there is no picture: exit code 1', async () => {
		await using program = oriel(['doctor', '--source', 'file:/no/such/picture.jpg']);
		expect((await program.ended).code).toBe(1);
		expect(program.stdout).toMatch(/\nVerdict: .*\/no\/such\/picture\.jpg/);
		expect(program.stderr).toBe('oriel doctor: no pictures came; the report says why\n');
	});

	it('refuses a source that cannot be: exit code 2', async () => {
		await using program = oriel(['doctor', '--source', 'nonsense']);
		expect((await program.ended).code).toBe(2);
		expect(program.stderr).toMatch(/the source nonsense is not known/);
	});

	it('tries the camera of a Pi 4: NAL units, key frames, rate; and notes its weak power', async () => {
		using programs = new FakePrograms('ok');
		const root = fakeMachine('pi4', 'trixie');
		const runFolder = mkdtempSync(join(tmpdir(), 'oriel-run-'));
		const environment = { ...process.env, ...programs.environment(), FAKECAM_FPS: '10' };
		try {
			const examination = await examine({
				source: 'auto',
				settings: { size: { width: 320, height: 240 }, fps: 10 },
				computer: systemComputer({ clock: systemClock, root, environment }),
				machine: localMachine({ environment, runFolder }),
				input: process.stdin,
				clock: systemClock,
				random: Math.random,
				signal: new AbortController().signal,
			});
			const { stream } = examination.trial;
			expect(stream?.format).toMatchObject({ codec: 'h264', width: 320, height: 240 });
			expect(stream?.keyDistance).toBe(20);
			expect(stream?.nalUnits).toMatchObject({ 7: 2, 8: 2, 5: 2 });
			expect(examination.verdict).toBe(
				'Pictures come. The Pi gets too little power. Use the power supply made for it, with a short cable.',
			);
			expect(reportOf(examination)).toMatch(
				/trying imx708: imx708 on the ribbon connector; H\.264 in the Pi’s hardware/,
			);
			expect(asJson(examination)).toContain('"asked": "rpicam-vid --list-cameras"');
			expect(processesWith(programs.folder), 'left behind').toEqual([]);
		} finally {
			rmSync(root, { recursive: true, force: true });
			rmSync(runFolder, { recursive: true, force: true });
		}
	});
});
