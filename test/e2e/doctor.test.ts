import { rmSync } from 'node:fs';
import { FakePrograms } from '@oriel/testing/fake-camera/install';
import { fakeMachine } from '@oriel/testing/fake-camera/machine';
import { processesWith } from '@oriel/testing/processes';
import { oriel } from '@oriel/testing/program';
import { describe, expect, it } from 'vitest';

/** No cameras of this machine, whatever other tests have left. */
const NO_CAMERAS = { STATE_DIRECTORY: '/nonexistent', XDG_CONFIG_HOME: '/nonexistent' };

describe.concurrent('oriel doctor', () => {
	it('is content where pictures come: exit code 0', async () => {
		await using program = oriel(['doctor', '--source', 'test'], { env: NO_CAMERAS });
		expect((await program.ended).code).toBe(0);
		expect(program.stdout).toMatch(/^This machine\n {2}/);
		expect(program.stdout).toMatch(/\nTrial: test pattern, 640x480 at 10 fps\n {2}pictures/);
		expect(program.stdout).toMatch(/\nVerdict: Pictures come\./);
	});

	it('is all there as JSON', async () => {
		await using program = oriel(['doctor', '--source', 'test:h264', '--json'], { env: NO_CAMERAS });
		expect((await program.ended).code).toBe(0);
		expect(JSON.parse(program.stdout)).toMatchObject({
			isWell: true,
			trial: { stream: { format: { codec: 'h264' }, keys: expect.any(Number) } },
			facts: { place: { platform: process.platform } },
		});
	});

	it('says why there is no picture: exit code 1', async () => {
		await using program = oriel(['doctor', '--source', 'file:/no/such/picture.jpg'], { env: NO_CAMERAS });
		expect((await program.ended).code).toBe(1);
		expect(program.stdout).toMatch(/\nVerdict: .*\/no\/such\/picture\.jpg/);
		expect(program.stderr).toBe('oriel doctor: no frames arrived; the report says why\n');
	});

	it('refuses a source that cannot be: exit code 2', async () => {
		await using program = oriel(['doctor', '--source', 'nonsense']);
		expect((await program.ended).code).toBe(2);
		expect(program.stderr).toMatch(/the source nonsense is not known/);
	});

	it('tries the camera of a Pi 4: NAL units, key frames, rate; and notes its weak power', async () => {
		using programs = new FakePrograms('ok');
		const root = fakeMachine('pi4', 'trixie');
		try {
			await using program = oriel(['doctor', '--json'], { env: environment(programs, root) });
			expect((await program.ended).code).toBe(0);
			const report = JSON.parse(program.stdout);
			expect(report.verdict).toBe(
				'Pictures come. The Pi gets too little power. Use the power supply made for it, with a short cable.',
			);
			const { format, keys, nalUnits } = report.trial.stream;
			expect(format).toMatchObject({ codec: 'h264', width: 1280, height: 720 });
			expect(nalUnits).toMatchObject({ 5: keys, 7: keys, 8: keys });
			expect(report.tried).toEqual(['trying imx708: imx708 on the ribbon connector; H.264 in the Pi’s hardware']);
			expect(report.probes.map(({ asked }: { asked: string }) => asked)).toContain('rpicam-vid --list-cameras');
			expect(processesWith(programs.folder), 'left behind').toEqual([]);
		} finally {
			rmSync(root, { recursive: true, force: true });
		}
	});

	it('says what is wrong with a Pi 4 without a camera, and one thing to do', async () => {
		using programs = new FakePrograms('ok');
		const root = fakeMachine('pi4', 'trixie');
		try {
			await using program = oriel(['doctor'], { env: environment(programs, root, 'nocam') });
			expect((await program.ended).code).toBe(1);
			expect(program.stdout).toMatch(/\n {2}model +Raspberry Pi 4 Model B Rev 1\.4\n/);
			expect(program.stdout).toMatch(/\nVerdict: No camera was found on the connector\. Check: [^\n]+\n$/);
		} finally {
			rmSync(root, { recursive: true, force: true });
		}
	});
});

function environment(programs: FakePrograms, root: string, ...tricks: string[]): Record<string, string> {
	const own = { ...NO_CAMERAS, TMPDIR: programs.folder, ORIEL_MACHINE_ROOT: root, FAKECAM_FPS: '10' };
	return { ...programs.environment(...tricks), ...own };
}
