import { type Clock, type Millis, sleep } from '@oriel/base';
import type { CameraControl } from '@oriel/wire';
import type { DriverSettings } from '../method.ts';

/** A slider that is drawn sends many values: those within this time are one. */
const DEBOUNCE_MS: Millis = 80;

export interface DeviceDeskOptions {
	readonly driver: DriverSettings;
	readonly clock: Clock;
	/** Values were set, and the controls were read anew; `problem`: why not all, in words. */
	readonly done: (set: ReadonlyMap<string, number>, problem: string | undefined) => void;
}

/** The controls of one driver: sets the newest wishes, one at a time, and reads back what came of them. */
export class DeviceDesk {
	readonly #options: DeviceDeskOptions;
	readonly #end = new AbortController();
	readonly #wanted = new Map<string, number>();
	#isBusy = false;

	constructor(options: DeviceDeskOptions) {
		this.#options = options;
	}

	get controls(): CameraControl[] {
		return this.#options.driver.controls;
	}

	/** These values are wanted; of two for one control the newer counts. `done` follows. */
	want(values: ReadonlyMap<string, number>): void {
		for (const [name, value] of values) this.#wanted.set(name, value);
		if (!this.#isBusy) void this.#work();
	}

	/** The camera's program has ended; nothing is set any more. */
	close(): void {
		this.#end.abort();
		this.#wanted.clear();
	}

	async #work(): Promise<void> {
		const { clock, done } = this.#options;
		const { signal } = this.#end;
		this.#isBusy = true;
		await sleep(clock, DEBOUNCE_MS, signal);
		while (!signal.aborted && this.#wanted.size > 0) {
			const values = new Map(this.#wanted);
			this.#wanted.clear();
			const problem = await this.#set(values);
			if (!signal.aborted) done(values, problem);
		}
		this.#isBusy = false;
	}

	/** What one control forbids may be allowed after another is set (by hand, not automatic): so twice. */
	async #set(values: ReadonlyMap<string, number>): Promise<string | undefined> {
		const { driver } = this.#options;
		const problems = new Map<string, string>();
		for (const names of [() => [...values.keys()], () => [...problems.keys()]]) {
			for (const name of names()) {
				const problem = await driver.set(name, values.get(name) ?? 0);
				if (problem === undefined) problems.delete(name);
				else problems.set(name, problem);
			}
		}
		const hasRead = await driver.read();
		// What is inactive now, for another control rules it, is as it should be.
		const { controls } = this;
		const [, problem] = [...problems].find(([name]) => controls.some((control) => control.name === name)) ?? [];
		return problem ?? (hasRead ? this.#notTaken(values) : 'The camera does not tell its controls any more');
	}

	/** Some drivers say yes and do something else. */
	#notTaken(values: ReadonlyMap<string, number>): string | undefined {
		const other = this.controls.find(({ name, value }) => (values.get(name) ?? value) !== value);
		return other && `${other.label}: the camera made it ${other.value}`;
	}
}
