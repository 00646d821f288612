import type { Answer, Machine } from './machine.ts';

/** A question that was put to the machine, and what it answered. */
export interface Probe {
	/** The program with its arguments, as one would type them. */
	readonly asked: string;
	readonly answer: Answer;
}

/** Probes that are remembered; what is asked after that is only answered. */
export const MAX_PROBES = 200;

/** `machine`, and beside it everything that programs were asked, in the order of their answers. */
export function recorded(machine: Machine): { readonly machine: Machine; readonly probes: readonly Probe[] } {
	const probes: Probe[] = [];
	const ask: Machine['ask'] = async (program, args, patience) => {
		const answer = await machine.ask(program, args, patience);
		if (probes.length < MAX_PROBES) probes.push({ asked: [program, ...args].join(' '), answer });
		return answer;
	};
	return { machine: { ...machine, ask }, probes };
}

/** `machine` whose programs end when `signal` aborts. */
export function ending(machine: Machine, signal: AbortSignal): Machine {
	return { ...machine, ask: (program, args, patience) => machine.ask(program, args, { signal, ...patience }) };
}
