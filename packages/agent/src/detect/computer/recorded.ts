import type { Answer, Computer } from './computer.ts';

/** A question that was put to the machine, and what it answered. */
export interface Probe {
	/** The program with its arguments, as one would type them. */
	readonly asked: string;
	readonly answer: Answer;
}

/** Probes that are remembered; what is asked after that is only answered. */
export const MAX_PROBES = 200;

/** `computer`, and beside it everything that programs were asked, in the order of their answers. */
export function recorded(computer: Computer): { readonly computer: Computer; readonly probes: readonly Probe[] } {
	const probes: Probe[] = [];
	const ask: Computer['ask'] = async (program, args, patience) => {
		const answer = await computer.ask(program, args, patience);
		if (probes.length < MAX_PROBES) probes.push({ asked: [program, ...args].join(' '), answer });
		return answer;
	};
	return { computer: { ...computer, ask }, probes };
}

const UNASKED: Answer = { how: 'timed-out', code: undefined, stdout: '', stderr: '' };

/** `computer` whose programs end when `signal` aborts; none is asked any more after that. */
export function ending(computer: Computer, signal: AbortSignal): Computer {
	const ask: Computer['ask'] = async (program, args, patience) => {
		return signal.aborted ? UNASKED : computer.ask(program, args, { signal, ...patience });
	};
	return { ...computer, ask };
}
