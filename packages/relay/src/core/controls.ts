import type { Clock, Millis } from '@oriel/base';

/** How long a request waits for the camera's answer. */
export const CONTROL_WAIT_MS: Millis = 3000;

/** One thing that may be changed at a camera, as its agent tells; see docs/protocol.md. Labels are hostile text. */
export interface Control {
	readonly name: string;
	readonly label: string;
	readonly kind: 'range' | 'switch' | 'menu';
	readonly min: number;
	readonly max: number;
	readonly step: number;
	readonly usual: number;
	readonly value: number;
	readonly choices: readonly { readonly value: number; readonly label: string }[];
	readonly restarts: boolean;
}

/** Everything that may be changed at a camera now. */
export interface ControlReport {
	readonly controls: readonly Control[];
	readonly state: 'ready' | 'restarting';
	readonly isChanged: boolean;
	readonly problem?: string | undefined;
	/** Number of the newest request that was dealt with. */
	readonly answers: number;
}

/** Values to change; numbers count up, over restarts too. */
export interface ControlRequest {
	readonly number: number;
	readonly reset: boolean;
	readonly values: { readonly name: string; readonly value: number }[];
}

/** What may be changed at one camera, as long as its stream lasts. */
export class ControlPanel {
	readonly #clock: Clock;
	readonly #waiting = new Set<() => void>();
	#report: ControlReport | undefined;
	#number = 0;

	constructor(clock: Clock) {
		this.#clock = clock;
	}

	/** Undefined: nothing may be changed. */
	get report(): ControlReport | undefined {
		return this.#report;
	}

	/** The agent tells; undefined: its stream has ended. */
	took(report: ControlReport | undefined): void {
		this.#report = report;
		for (const look of [...this.#waiting]) look();
	}

	/** Sends a request. Resolves when the camera has dealt with it, or the stream has ended, or nothing came for CONTROL_WAIT_MS. */
	ask(
		send: (request: ControlRequest) => void,
		request: Omit<ControlRequest, 'number'>,
	): Promise<'answered' | 'silent'> {
		// By the wall clock, so that an answer to an earlier relay is none to this one.
		this.#number = Math.max(this.#number + 1, Math.floor(this.#clock.wall()));
		const number = this.#number;
		return new Promise((resolve) => {
			const finish = (how: 'answered' | 'silent') => {
				cancel();
				this.#waiting.delete(look);
				resolve(how);
			};
			const look = () => {
				if (!this.#report || this.#report.answers >= number) finish('answered');
			};
			const cancel = this.#clock.after(CONTROL_WAIT_MS, () => finish('silent'));
			this.#waiting.add(look);
			send({ number, ...request });
		});
	}
}
