import { silentLog } from '@oriel/base';
import { type ControlRequest, type Controls, decode, encode } from '@oriel/protocol';
import { boardWith, type Setting, usbCamera } from '@oriel/testing/agent/boards';
import { cameraProgram, v4l2CtlProgram } from '@oriel/testing/agent/camera-programs';
import { fakeComputer } from '@oriel/testing/agent/fake-computer';
import { frame } from '@oriel/testing/agent/frames';
import { sample } from '@oriel/testing/agent/samples';
import { Watching } from '@oriel/testing/agent/watching';
import { FakeClock } from '@oriel/testing/fake-clock';
import { until } from '@oriel/testing/turns';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ProgramOpening } from '../capture/auto/attempt.ts';
import { autoSource } from '../capture/auto/auto-source.ts';
import type { CaptureSettings } from '../capture/command/command.ts';
import { type Choices, FORGET_SETTINGS, type SettingsStore } from '../capture/controls/settings-store.ts';
import { SourceError } from '../errors/source-error.ts';
import { CAPTURE_METHODS } from './list.ts';

const AF = cameraProgram({
	name: 'rpicam-vid',
	version: 'v1.6.0',
	libav: true,
	cameras: 'list-cameras.imx708_wide-2023.txt',
});
const PI4: Setting = { board: 'Pi 4', answers: AF };
const USB: Setting = {
	board: 'PC',
	answers: v4l2CtlProgram('/dev/video0', sample('v4l2-ctl.list-formats-ext.mjpg-yuyv.CONSTRUCTED.txt'), 'filled below'),
	...usbCamera(),
};
const LIST = 'v4l2-ctl -d /dev/video0 --list-ctrls-menus';

const ANY_CAMERA = { target: undefined, methods: CAPTURE_METHODS };

/** A driver behind `v4l2-ctl`, as far as these tests look at it. */
class Driver {
	readonly values: Record<string, number> = {
		brightness: 0,
		white_balance_automatic: 1,
		white_balance_temperature: 4600,
	};
	readonly set: string[] = [];
	refusal: string | undefined;

	get list(): string {
		const { brightness, white_balance_automatic: auto, white_balance_temperature: kelvin } = this.values;
		return [
			'User Controls',
			`   brightness 0x00980900 (int)    : min=-64 max=64 step=1 default=0 value=${brightness}`,
			`   white_balance_automatic 0x0098090c (bool)   : default=1 value=${auto}`,
			`   white_balance_temperature 0x0098091a (int)    : min=2800 max=6500 step=1 default=4600 value=${kelvin}${auto ? ' flags=inactive' : ''}`,
			'   privacy 0x009a0910 (bool)   : default=0 value=0 flags=read-only',
			'   bad;name 0x009a0910 (bool)   : default=0 value=0',
			'',
		].join('\n');
	}

	ask(args: readonly string[]): { readonly stdout: string; readonly stderr?: string; readonly code?: number } {
		const [, name = '', value = ''] = /^--set-ctrl=(\w+)=(-?\d+)$/.exec(args.at(-1) ?? '') ?? [];
		if (name === '') return { stdout: this.list, code: 0 };
		this.set.push(args.join(' '));
		const isInactive = name === 'white_balance_temperature' && this.values.white_balance_automatic === 1;
		const refusal = this.refusal ?? (isInactive ? 'Permission denied' : undefined);
		if (refusal !== undefined) return { stdout: '', stderr: `VIDIOC_S_EXT_CTRLS: failed: ${refusal}`, code: 255 };
		this.values[name] = Number(value);
		return { stdout: '', code: 0 };
	}
}

class Memory implements SettingsStore {
	kept: Choices;
	constructor(kept: Choices = new Map()) {
		this.kept = kept;
	}
	load() {
		return this.kept;
	}
	save(choices: Choices) {
		this.kept = new Map(choices);
	}
}

interface SetUpOptions {
	readonly settings?: CaptureSettings;
	readonly settingsStore?: SettingsStore;
	/** Arguments with which the program does not start. */
	readonly fails?: string;
}

/** A camera that runs, and its settings. */
async function setUp(setting: Setting, { settings = {}, settingsStore = new Memory(), fails }: SetUpOptions = {}) {
	const clock = new FakeClock();
	const driver = new Driver();
	const table = fakeComputer(boardWith(setting));
	if (setting === USB) table.answer(LIST, driver.list);
	const computer: typeof table = {
		...table,
		async ask(program, args, patience) {
			const isDriver = args.includes('--list-ctrls-menus') || args.some((one) => one.startsWith('--set-ctrl'));
			if (program !== 'v4l2-ctl' || !isDriver) return table.ask(program, args, patience);
			return { how: 'ended', code: 0, stderr: '', ...driver.ask(args) };
		},
	};
	const starts: string[] = [];
	const open = ({ command, settings: asked }: ProgramOpening) => {
		const made = typeof command === 'function' ? command(asked) : command;
		return {
			description: made.description,
			capabilities: [],
			async run(sink: Parameters<ReturnType<typeof autoSource>['run']>[0], signal: AbortSignal) {
				const line = made.arguments.join(' ');
				starts.push(line);
				if (fails !== undefined && line.includes(fails))
					throw new SourceError('ended', 'it does not start', { again: 'soon' });
				sink.frame(frame(1, 1));
				await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
			},
		};
	};
	const source = autoSource({ ...ANY_CAMERA, settings, computer, open, log: silentLog, clock, settingsStore });
	const told: Controls[] = [];
	source.controls?.watch((controls) => told.push(controls));
	const watching = new Watching(source);
	await until(() => watching.frames.length === 1);
	let number = 0;
	const ask = (values: ControlRequest['values'], reset = false) =>
		source.controls?.request({ number: ++number, reset, values });
	const now = () => told.at(-1) as Controls;
	const answered = () => until(() => now().answers === number && now().state === 'ready', clock);
	const value = (name: string) => now().controls.find((control) => control.name === name)?.value;
	const stop = async () => {
		watching.stop();
		await until(() => watching.outcome === 'stopped', clock);
		expect(clock.pending, 'timers left').toBe(0);
	};
	return { clock, driver, starts, told, now, ask, answered, value, settingsStore, stop, watching };
}

describe('the controls of a driver', () => {
	it('are those that can be changed now, each with its range', async () => {
		const { now, stop } = await setUp(USB);
		expect(now().controls.map(({ name, kind, restarts }) => [name, kind, restarts])).toEqual([
			['brightness', 'range', false],
			['white_balance_automatic', 'switch', false],
		]);
		expect(now().controls[0]).toMatchObject({ label: 'Brightness', min: -64, max: 64, step: 1, usual: 0, value: 0 });
		await stop();
	});

	it('are set at once, without a restart, and read back', async () => {
		const { ask, answered, driver, starts, value, now, stop } = await setUp(USB);
		ask([{ name: 'brightness', value: 12 }]);
		await answered();
		expect(driver.set).toEqual(['-d /dev/video0 --set-ctrl=brightness=12']);
		expect([value('brightness'), now().isChanged, starts.length]).toEqual([12, true, 1]);
		ask([{ name: 'white_balance_automatic', value: 0 }]);
		await answered();
		expect(value('white_balance_temperature')).toBe(4600);
		await stop();
	});

	it('are set in few steps while a slider is drawn: the newest counts', async () => {
		const { ask, answered, driver, stop } = await setUp(USB);
		for (let value = 1; value <= 40; value++) ask([{ name: 'brightness', value }]);
		await answered();
		expect(driver.set).toEqual(['-d /dev/video0 --set-ctrl=brightness=40']);
		await stop();
	});

	it('say in words why the camera refused', async () => {
		const { ask, answered, driver, now, value, stop } = await setUp(USB);
		driver.refusal = 'Device or resource busy';
		ask([{ name: 'brightness', value: 12 }]);
		await answered();
		expect(now().problem).toBe('Brightness could not be set: the camera does not take it while it sends pictures');
		expect([value('brightness'), now().isChanged]).toEqual([0, false]);
		await stop();
	});

	it('go back to what they were, however often they were changed', async () => {
		const { ask, answered, driver, now, settingsStore, stop } = await setUp(USB);
		driver.values.brightness = 0;
		ask([
			{ name: 'brightness', value: 12 },
			{ name: 'white_balance_automatic', value: 0 },
		]);
		await answered();
		ask([
			{ name: 'brightness', value: 20 },
			{ name: 'white_balance_temperature', value: 3000 },
		]);
		await answered();
		expect((settingsStore as Memory).kept.get('brightness')).toEqual({ value: 20, before: 0 });
		ask([], true);
		await answered();
		expect(driver.values).toMatchObject({ brightness: 0, white_balance_automatic: 1 });
		expect([now().isChanged, now().problem, (settingsStore as Memory).kept.size]).toEqual([false, undefined, 0]);
		await stop();
	});

	it('outlast the agent: what was kept is set again when pictures come', async () => {
		const kept = new Memory(
			new Map([
				['brightness', { value: 33, before: 4 }],
				['gone', { value: 1, before: 0 }],
			]),
		);
		const { clock, driver, stop } = await setUp(USB, { settingsStore: kept });
		await until(() => driver.values.brightness === 33, clock);
		expect(driver.set).toEqual(['-d /dev/video0 --set-ctrl=brightness=33']);
		await stop();
	});
});

describe('settings that need a restart', () => {
	it('are those that the program can be told', async () => {
		const { now, stop } = await setUp(PI4);
		expect(now().controls.map(({ name, restarts }) => [name, restarts])).toEqual(
			['night', 'brightness', 'autofocus', 'lens-position', 'zoom', 'upside-down', 'flip', 'bitrate'].map((name) => [
				`picture.${name}`,
				true,
			]),
		);
		await stop();
	});

	it('restart the program once, 300 ms after the last of several, and say so until a picture comes', async () => {
		const { ask, answered, clock, starts, told, value, stop } = await setUp(PI4);
		ask([{ name: 'picture.night', value: 1 }]);
		clock.advance(200);
		ask([{ name: 'picture.zoom', value: 1 }]);
		expect([told.at(-1)?.state, told.at(-1)?.answers, starts.length]).toEqual(['restarting', 2, 1]);
		await answered();
		expect(starts.length).toBe(2);
		expect(starts[1]).toContain('--framerate 5 --gain 8 --roi 0.25,0.25,0.5,0.5');
		expect([value('picture.night'), value('picture.zoom')]).toEqual([1, 1]);
		await stop();
	});

	it('restart it at most every two seconds', async () => {
		const { ask, answered, clock, starts, stop } = await setUp(PI4);
		ask([{ name: 'picture.night', value: 1 }]);
		await answered();
		const at = clock.now();
		ask([{ name: 'picture.night', value: 0 }]);
		await answered();
		expect((clock.now() - at) / 1000).toBeGreaterThanOrEqual(1990);
		expect(starts[2]).toBe(starts[0]);
		await stop();
	});

	it('start nothing if in the end nothing is different', async () => {
		const { ask, answered, clock, starts, stop } = await setUp(PI4);
		ask([{ name: 'picture.night', value: 1 }]);
		ask([{ name: 'picture.night', value: 0 }]);
		await answered();
		clock.advance(5000);
		expect(starts.length).toBe(1);
		await stop();
	});

	it('stay within what the owner has set', async () => {
		const own = { bitrate: 900_000, zoom: { x: 0.5, y: 0.5, width: 0.5, height: 0.5 } };
		const { ask, answered, now, starts, value, stop } = await setUp(PI4, { settings: own });
		expect(now().controls.find(({ name }) => name === 'picture.bitrate')).toMatchObject({
			max: 900_000,
			value: 900_000,
		});
		ask([{ name: 'picture.bitrate', value: 5_000_000 }]);
		expect(now().problem).toBe('Data, bits a second: 5000000 cannot be set; expected 150000 to 900000');
		ask([{ name: 'picture.zoom', value: 1 }]);
		await answered();
		expect(starts[1]).toContain('--roi 0.625,0.625,0.25,0.25');
		ask([], true);
		await answered();
		expect([starts[2], value('picture.zoom')]).toEqual([starts[0], 0]);
		await stop();
	});

	it('of focus exclude each other', async () => {
		const { ask, answered, starts, value, stop } = await setUp(PI4);
		ask([{ name: 'picture.lens-position', value: 2.04 }]);
		await answered();
		expect(starts[1]).toContain('--autofocus-mode manual --lens-position 2');
		expect([value('picture.autofocus'), value('picture.lens-position')]).toEqual([2, 2]);
		ask([{ name: 'picture.autofocus', value: 0 }]);
		await answered();
		expect(starts[2]).toContain('--autofocus-mode continuous');
		expect(starts[2]).not.toContain('--lens-position');
		await stop();
	});

	it('with which the camera does not start are taken back, and that is said', async () => {
		const { ask, answered, now, starts, watching, value, stop } = await setUp(PI4, { fails: '--gain 8' });
		ask([{ name: 'picture.night', value: 1 }]);
		await answered();
		expect(now().problem).toBe('The camera does not start with this, it is as before again: it does not start');
		expect([starts.length, starts[2], value('picture.night')]).toEqual([3, starts[0], 0]);
		expect(watching.outcome).toBe('running');
		await stop();
	});

	it('are kept, and what this camera cannot do of them is left out', async () => {
		const kept = new Memory(
			new Map([
				['picture.night', { value: 1, before: 0 }],
				['picture.quality', { value: 20, before: 60 }],
			]),
		);
		const { starts, stop } = await setUp(PI4, { settingsStore: kept });
		expect(starts[0]).toContain('--gain 8');
		await stop();
	});
});

describe('what is not in the list', () => {
	it.each([
		['../../etc/passwd', 1],
		['brightness=1,contrast', 1],
		['constructor', 1],
		['privacy', 1],
		['white_balance_temperature', 4000],
		['brightness', 65],
		['brightness', Number.NaN],
		['white_balance_automatic', 2],
		['picture.night', 1],
	])('%s = %d changes nothing, and is told', async (name, value) => {
		const { ask, answered, driver, starts, now, stop } = await setUp(USB);
		ask([{ name, value }]);
		await answered();
		expect([driver.set, starts.length, now().isChanged]).toEqual([[], 1, false]);
		expect(now().problem).toMatch(/^(The camera has no such control|.* cannot be set; .*)$/);
		await stop();
	});

	it('never reaches a command line: any name and any number', async () => {
		const { ask, answered, driver, stop } = await setUp(USB);
		const request = fc.record({ name: fc.oneof(fc.string(), fc.constant('brightness')), value: fc.double() });
		await fc.assert(
			fc.asyncProperty(fc.array(request, { maxLength: 5 }), async (values) => {
				ask(values);
				await answered();
			}),
			{ numRuns: 60 },
		);
		for (const line of driver.set) expect(line).toMatch(/^-d \/dev\/video0 --set-ctrl=brightness=-?\d{1,2}$/);
		await stop();
	});
});

describe('the settings of a camera', () => {
	it('cannot be changed where the owner does not allow it', () => {
		const computer = fakeComputer(boardWith(PI4));
		const open = () => ({ description: '', capabilities: [], run: async () => undefined });
		const options = { ...ANY_CAMERA, settings: {}, computer, open, log: silentLog } as const;
		expect(autoSource({ ...options, clock: new FakeClock() }).controls).toBeUndefined();
		expect(autoSource({ ...options, clock: new FakeClock(), settingsStore: FORGET_SETTINGS }).controls).toBeDefined();
	});

	it('is told of more than a message holds', async () => {
		const { now, stop } = await setUp(PI4);
		const message = { type: 'controls', camera: 1, ...now() } as const;
		expect(decode(encode(message))).toEqual([message]);
		await stop();
	});
});
