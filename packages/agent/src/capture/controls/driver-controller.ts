import { type Clock, type Millis, sleep } from '@oriel/base';
import type { CameraControl } from '@oriel/protocol';
import type { DriverSettings } from '../method.ts';

/** A slider that is drawn sends many values: those within this time are one. */
const DEBOUNCE_MS: Millis = 80;

export interface DriverControllerOptions {
	readonly driver: DriverSettings;
	readonly clock: Clock;
	/** Values were set, and the controls were read again; `problem`: why not all, in words. */
	readonly onSet: (set: ReadonlyMap<string, number>, problem: string | undefined) => void;
}

/** The controls of one driver: sets the newest requests, one at a time, and reads back what came of them. */
export class DriverController {
	readonly #options: DriverControllerOptions;
	readonly #end = new AbortController();
	readonly #requested = new Map<string, number>();
	#isBusy = false;

	constructor(options: DriverControllerOptions) {
		this.#options = options;
	}

	get controls(): CameraControl[] {
		return this.#options.driver.controls;
	}

	/** Sets these values; of two for one control the newer counts. `onSet` follows. */
	set(values: ReadonlyMap<string, number>): void {
		for (const [name, value] of values) this.#requested.set(name, value);
		if (!this.#isBusy) void this.#work();
	}

	/** The camera's program has ended; nothing is set any more. */
	close(): void {
		this.#end.abort();
		this.#requested.clear();
	}

	async #work(): Promise<void> {
		const { clock, onSet } = this.#options;
		const { signal } = this.#end;
		this.#isBusy = true;
		await sleep(clock, DEBOUNCE_MS, signal);
		while (!signal.aborted && this.#requested.size > 0) {
			const values = new Map(this.#requested);
			this.#requested.clear();
			const problem = await this.#apply(values);
			if (!signal.aborted) onSet(values, problem);
		}
		this.#isBusy = false;
	}

	/** What one control forbids may be allowed after another is set (by hand, not automatic): so twice. */
	async #apply(values: ReadonlyMap<string, number>): Promise<string | undefined> {
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
