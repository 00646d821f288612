import { PassThrough } from 'node:stream';
import { boardWith, type Setting, usbCamera } from '@oriel/testing/agent/boards';
import { v4l2CtlProgram } from '@oriel/testing/agent/camera-programs';
import { fakeComputer } from '@oriel/testing/agent/fake-computer';
import { FakeMachine, type FakeProcess } from '@oriel/testing/agent/fake-machine';
import { sample } from '@oriel/testing/agent/samples';
import { Watching } from '@oriel/testing/agent/watching';
import { FakeClock } from '@oriel/testing/fake-clock';
import { jpeg } from '@oriel/testing/jpegs';
import { until } from '@oriel/testing/turns';
import { expect, it } from 'vitest';
import { type PeriscopeInput, periscope } from '../../../../test/examples/periscope.ts';
import type { CaptureSettings } from '../capture/command/command.ts';
import { FORGET_SETTINGS } from '../capture/controls/settings-store.ts';
import type { CameraMethod, DriverSettings } from '../capture/method.ts';
import type { Source } from '../capture/source.ts';
import { examine } from '../doctor/examine.ts';
import { reportOf } from '../doctor/report.ts';
import { CAPTURE_METHODS } from './list.ts';
import { type OpenOptions, openSource } from './open.ts';

const METHODS = [...CAPTURE_METHODS, periscope];
const WEBCAM = sample('v4l2-ctl.list-formats-ext.mjpg-yuyv.CONSTRUCTED.txt');
const SHIP: Setting = {
	board: 'PC',
	answers: { ...v4l2CtlProgram('/dev/video0', WEBCAM), 'periscope --list': 'A1\nB2\n' },
	...usbCamera(),
};

function opened(spec: string, settings: CaptureSettings = {}, more: Partial<OpenOptions> = {}) {
	const computer = fakeComputer(boardWith(SHIP));
	const machine = new FakeMachine();
	const clock = new FakeClock();
	const input = new PassThrough();
	const common = { methods: METHODS, settings, input, clock, random: () => 0 };
	const source: Source = openSource(spec, { name: 'ship', computer, machine, ...common, ...more });
	return { source, machine, computer, clock, options: { source: spec, computer, machine, ...common } };
}

/** The program says that another program uses the camera, as soon as its output is read. */
function inUse(process: FakeProcess): void {
	setImmediate(() => {
		process.say('E42');
		setImmediate(() => process.exit({ code: 1 }));
	});
}

it('a new type of camera is found, preferred by its score, and started with the owner’s settings', async () => {
	const { source, machine } = opened('auto', { quality: 70 });
	machine.started = ({ stdout }) => stdout.write(jpeg(1));
	const watching = new Watching(source);
	await until(() => watching.frames.length === 1);
	const { path, args } = machine.newest;
	expect([path, ...args]).toEqual(['/usr/bin/periscope', '--serial', 'A1', '--quality', '70']);
	expect([...machine.claimed]).toEqual(['periscope:A1']);
	watching.stop();
	await until(() => watching.outcome === 'stopped');
});

it('its name on the command line is enough, and then nothing else is looked for', async () => {
	const { source, machine, computer } = opened('periscope:B2');
	machine.started = ({ stdout }) => stdout.write(jpeg(1));
	const watching = new Watching(source);
	await until(() => watching.frames.length === 1);
	expect([source.description, machine.newest.args[1]]).toEqual(['the periscope B2', 'B2']);
	expect(computer.asked).toEqual(['periscope --list']);
	watching.stop();
	await until(() => watching.outcome === 'stopped');
});

it('its faults are explained in its own words', async () => {
	const { source, machine } = opened('periscope:A1');
	machine.started = inUse;
	const watching = new Watching(source);
	await until(() => watching.failure !== undefined);
	expect(watching.failure).toMatchObject({
		code: 'busy',
		fault: 'busy',
		message: 'The camera is in use by captain (pid 7). End it to let Oriel have the camera.',
		cause: { message: 'The captain looks through A1.' },
	});
});

it('when it is busy, the next camera is opened instead', async () => {
	const { source, machine } = opened('auto');
	machine.started = (process) => {
		if (process.path.endsWith('periscope')) inUse(process);
	};
	const watching = new Watching(source);
	await until(() => machine.processes.length === 3 || watching.failure !== undefined);
	expect(watching.failure).toBeUndefined();
	const programs = machine.processes.map(({ path, args }) => `${path} ${args[1]}`);
	expect(programs).toEqual(['/usr/bin/periscope A1', '/usr/bin/periscope B2', '/usr/bin/stdbuf v4l2-ctl']);
	watching.stop();
	await until(() => watching.outcome === 'stopped');
});

it('one that was named and is not there is missed in its own words', async () => {
	const { source } = opened('periscope:C3');
	const watching = new Watching(source);
	await until(() => watching.failure !== undefined);
	expect(watching.failure).toMatchObject({ code: 'not-found', message: 'That periscope is under water. Raise it.' });
});

it('the doctor shows it, and the error for an unknown SPEC names it among those that are expected', async () => {
	const { options, machine, clock } = opened('periscope:A1');
	machine.started = ({ stdout }) => stdout.write(jpeg(1));
	const examining = examine({ ...options, signal: new AbortController().signal });
	await until(() => machine.processes.length === 1 && clock.pending > 0);
	machine.newest.exit({ code: 1 });
	const examination = await examining;
	const report = reportOf(examination);
	expect(examination.detected.candidates.map(({ label }) => label)).toEqual(['periscope A1']);
	expect(examination.findings.map(({ code }) => code)).toEqual(['low-tide']);
	expect(report).toMatch(/\n {2}periscope +there\n/);
	expect(report).toMatch(/\n {2}A1 +raised\n/);
	expect(() => opened('submarine')).toThrow('https://… or periscope:SERIAL');
});

it('its driver’s settings are changed on the page while it runs', async () => {
	let lift = 2;
	const driver: DriverSettings = {
		get controls() {
			const range = { kind: 'range', min: 0, max: 9, step: 1, usual: 2 } as const;
			return [{ name: 'lift', label: 'Lift', ...range, choices: [], value: lift, restarts: false }];
		},
		read: async () => true,
		async set(_, value) {
			lift = value;
			return undefined;
		},
	};
	const method: CameraMethod<PeriscopeInput> = { ...periscope, driver: { open: () => driver, isComplete: true } };
	const more = { methods: [...CAPTURE_METHODS, method], settingsStore: FORGET_SETTINGS };
	const { source, machine, clock } = opened('periscope:A1', {}, more);
	machine.started = ({ stdout }) => stdout.write(jpeg(1));
	const shown: (readonly [name: string, value: number])[][] = [];
	source.controls?.watch(({ controls }) => shown.push(controls.map(({ name, value }) => [name, value])));
	const watching = new Watching(source);
	await until(() => watching.frames.length === 1);
	expect(shown.at(-1)).toEqual([['lift', 2]]);
	source.controls?.request({ number: 1, reset: false, values: [{ name: 'lift', value: 7 }] });
	await until(() => shown.at(-1)?.[0]?.[1] === 7, clock, 20);
	expect([lift, machine.processes.length]).toEqual([7, 1]);
	watching.stop();
	await until(() => watching.outcome === 'stopped');
});

it('no two types have the same name', () => {
	const names = CAPTURE_METHODS.map(({ name }) => name);
	expect(new Set(names).size).toBe(names.length);
});
