import type { Family, Sample } from './family.ts';

/** A counter with one label, whose values come from a fixed list. */
export class Tally<K extends string = string> implements Family {
	readonly type = 'counter';
	readonly name: string;
	readonly help: string;
	readonly #label: string;
	readonly #counts = new Map<K, number>();

	constructor(name: string, help: string, label: string) {
		this.name = name;
		this.help = help;
		this.#label = label;
	}

	readonly count = (kind: K): void => {
		this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + 1);
	};

	readonly samples = (): Sample[] =>
		[...this.#counts].map(([kind, value]) => ({ labels: { [this.#label]: kind }, value }));
}
