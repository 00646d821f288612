import { type Clock, type Log, reasonOf } from '@oriel/base';
import type { CameraControl, ControlRequest, Controls } from '@oriel/protocol';
import type { Computer } from '../../detect/computer/computer.ts';
import type { CaptureSettings } from '../command/command.ts';
import type { Candidate } from '../method.ts';
import type { SourceControls } from '../source.ts';
import { refusalOf, stepped } from './check.ts';
import { DriverController } from './driver-controller.ts';
import { bounded, brief } from './report.ts';
import { Restarter } from './restarter.ts';
import { isSameCommand, settingControls, settingsWith, undoneBy, type Values } from './setting-controls.ts';
import type { Choice, SettingsStore } from './settings-store.ts';

export interface SettingsControllerOptions {
	/** What the owner has set: the base of everything, and what a reset goes back to. */
	readonly own: CaptureSettings;
	readonly settingsStore: SettingsStore;
	readonly computer: Computer;
	readonly clock: Clock;
	readonly log: Log;
}

interface Run {
	readonly candidate: Candidate;
	readonly device: DriverController | undefined;
	readonly restart: () => void;
	/** With which the program was started. */
	readonly settings: CaptureSettings;
	/** Whether it was started again because of a request, after one that had brought frames. */
	readonly isChange: boolean;
	hasPictures: boolean;
}

/**
 * Turns requests from the page into changes at the camera. Names and numbers are looked up in the list of what
 * this camera has now; whatever is not there, or out of its range, changes nothing.
 */
export class SettingsController implements SourceControls {
	readonly #options: SettingsControllerOptions;
	readonly #choices: Map<string, Choice>;
	/** With what the program has last brought pictures. */
	#good: ReadonlyMap<string, Choice> = new Map();
	readonly #restarter: Restarter;
	#listener: ((controls: Controls) => void) | undefined;
	#run: Run | undefined;
	/** A request has made the program start again, and its first frame is still to come. */
	#isRestarting = false;
	#problem: string | undefined;
	/** Of controls of a driver that are being changed for the first time. */
	readonly #before = new Map<string, number>();
	/** Number of the newest request, and of the newest that was dealt with. */
	#newest = 0;
	#answers = 0;

	constructor(options: SettingsControllerOptions) {
		this.#options = options;
		this.#choices = new Map(options.settingsStore.load());
		this.#restarter = new Restarter(options.clock, () => this.#run?.restart());
	}

	watch(listener: (controls: Controls) => void): void {
		this.#listener = listener;
		listener(this.#report());
	}

	request({ number, reset, values }: ControlRequest): void {
		this.#newest = Math.max(this.#newest, number);
		this.#problem = undefined;
		const run = this.#run;
		const live = new Map<string, number>();
		if (reset) for (const [name, before] of this.#forget()) live.set(name, before);
		if (!run?.hasPictures && !this.#isRestarting) {
			if (values.length > 0) this.#problem = 'The camera is not running: nothing can be changed';
			this.#answered();
			return;
		}
		for (const { name, value } of values) this.#choose(name, value, live);
		this.#restartIfNeeded();
		if (live.size > 0 && run?.device) run.device.set(live);
		else this.#answered();
	}

	/** What to start the program of a way to the camera with. */
	settingsFor(candidate: Candidate): CaptureSettings {
		return settingsWith(candidate, this.#options.own, this.#values());
	}

	/** A program is started with `settings`; `restart` ends it, to start it with other ones. */
	onStart(candidate: Candidate, settings: CaptureSettings, restart: () => void): void {
		const { clock, computer, own } = this.#options;
		const driver = candidate.method.driver?.open(candidate, own, computer);
		const onSet = (set: Values, problem: string | undefined) => this.#onSet(set, problem);
		const device = driver && new DriverController({ driver, clock, onSet });
		this.#run = { candidate, device, restart, settings, isChange: this.#isRestarting, hasPictures: false };
	}

	/** The program has brought a picture. */
	onFrame(): void {
		const run = this.#run;
		if (!run || run.hasPictures) return;
		run.hasPictures = true;
		this.#good = new Map(this.#choices);
		this.#isRestarting = false;
		this.#keep();
		// What was chosen at the driver: the camera may have been unplugged, or the program may have set the owner's values.
		const chosen = [...this.#values()].filter(([name]) =>
			run.device?.controls.some((control) => control.name === name),
		);
		if (chosen.length > 0) run.device?.set(new Map(chosen));
		this.#restartIfNeeded();
		this.#tell();
	}

	/** The program has ended. True: it was, or has to be, started again for a request; `failure`: it ended on its own. */
	onEnd(failure: string | undefined): boolean {
		const run = this.#run;
		this.#run = undefined;
		run?.device?.close();
		this.#restarter.cancel();
		if (!run) return false;
		if (failure === undefined) return this.#isRestarting;
		const reverts = run.isChange && !run.hasPictures && run.settings !== this.#options.own;
		this.#isRestarting = reverts;
		if (reverts) this.#revert(failure);
		else this.#tell();
		return reverts;
	}

	/** The way with what was chosen does not work: back to what did. */
	#revert(failure: string): void {
		const isSame = [...this.#choices].every(([name, { value }]) => this.#good.get(name)?.value === value);
		const good = isSame ? new Map<string, Choice>() : this.#good;
		this.#choices.clear();
		for (const [name, choice] of good) this.#choices.set(name, choice);
		this.#good = new Map();
		this.#keep();
		this.#problem = brief(`The camera does not start with this, it is as before again: ${failure}`);
		this.#tell();
	}

	#choose(name: string, value: number, live: Map<string, number>): void {
		const control = this.#controls().find((one) => one.name === name);
		const refusal = control ? refusalOf(control, value) : 'The camera has no such control';
		if (!control || refusal !== undefined) {
			this.#problem = brief(refusal ?? '');
			return;
		}
		const wanted = stepped(control, value);
		if (!control.restarts) {
			if (!this.#choices.has(name) && !this.#before.has(name)) this.#before.set(name, control.value);
			live.set(name, wanted);
			return;
		}
		const other = undoneBy(name);
		if (other !== undefined) this.#choices.delete(other);
		this.#choices.set(name, { value: wanted, before: control.value });
		if (!this.#isOfUse(name)) this.#choices.delete(name);
	}

	/** A choice that makes no other command line is as the owner has it. */
	#isOfUse(name: string): boolean {
		const { candidate } = this.#run ?? {};
		const values = this.#values();
		const others = new Map(values);
		others.delete(name);
		const { own } = this.#options;
		return (
			!candidate ||
			!isSameCommand(candidate, settingsWith(candidate, own, values), settingsWith(candidate, own, others))
		);
	}

	/** Drops all choices. Gives what a driver has to be set to again. */
	#forget(): Map<string, number> {
		const device = this.#run?.device?.controls ?? [];
		const choices = [...this.#choices].filter(([name]) => device.some((control) => control.name === name));
		this.#choices.clear();
		this.#keep();
		return new Map(choices.map(([name, { before }]) => [name, before]));
	}

	#restartIfNeeded(): void {
		const run = this.#run;
		if (!run) return;
		const isNeeded = !isSameCommand(run.candidate, this.settingsFor(run.candidate), run.settings);
		// A program that is only just starting is left to come up, or to fail.
		if (!run.hasPictures) return;
		this.#isRestarting = isNeeded;
		if (isNeeded) this.#restarter.schedule();
		else this.#restarter.cancel();
	}

	/** A driver has been set to these values, but for a problem. */
	#onSet(values: Values, problem: string | undefined): void {
		const controls = this.#run?.device?.controls ?? [];
		for (const [name, value] of values) {
			const now = controls.find((control) => control.name === name);
			const before = this.#choices.get(name)?.before ?? this.#before.get(name);
			if (before === undefined || now?.value !== value) continue;
			this.#before.delete(name);
			if (before === value) this.#choices.delete(name);
			else this.#choices.set(name, { value, before });
		}
		if (problem !== undefined) this.#problem = brief(problem);
		this.#keep();
		this.#answered();
	}

	#keep(): void {
		try {
			this.#options.settingsStore.save(this.#choices);
		} catch (failure) {
			this.#options.log.warn(`what was changed on the page will not outlast the agent: ${reasonOf(failure)}`);
		}
	}

	#answered(): void {
		this.#answers = this.#newest;
		this.#tell();
	}

	#tell(): void {
		this.#listener?.(this.#report());
	}

	#values(): Map<string, number> {
		return new Map([...this.#choices].map(([name, { value }]) => [name, value]));
	}

	#controls(): CameraControl[] {
		const run = this.#run;
		if (!run) return [];
		const settings = settingControls(run.candidate, this.#options.own, this.#values());
		return bounded([...(run.device?.controls ?? []), ...settings]);
	}

	#report(): Controls {
		const isShown = this.#run?.hasPictures || this.#isRestarting;
		return {
			controls: isShown ? this.#controls() : [],
			state: this.#isRestarting ? 'restarting' : 'ready',
			isChanged: this.#choices.size > 0,
			...(this.#problem === undefined ? {} : { problem: this.#problem }),
			answers: this.#answers,
		};
	}
}
