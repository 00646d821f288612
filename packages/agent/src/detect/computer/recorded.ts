import type { Answer, Computer } from './computer.ts';

/** A question that was put to the machine, and what it answered. */
export interface Probe {
	/** The program with its arguments, as one would type them. */
	readonly asked: string;
	readonly answer: Answer;
}

/** Probes that are remembered; what is asked after that is only answered. More than any machine needs. */
export const MAX_PROBES = 200;

/** `computer`, and beside it everything that programs were asked, in the order of their answers. None is asked twice. */
export function recorded(computer: Computer): { readonly computer: Computer; readonly probes: readonly Probe[] } {
	const probes: Probe[] = [];
	const answers = new Map<string, Promise<Answer>>();
	const ask: Computer['ask'] = (program, args, options) => {
		const asked = [program, ...args].join(' ');
		const known = answers.get(asked);
		if (known !== undefined) return known;
		if (answers.size === MAX_PROBES) return computer.ask(program, args, options);
		const asking = computer.ask(program, args, options).then((answer) => {
			probes.push({ asked, answer });
			return answer;
		});
		answers.set(asked, asking);
		return asking;
	};
	return { computer: { ...computer, ask }, probes };
}

const UNASKED: Answer = { how: 'timed-out', code: undefined, stdout: '', stderr: '' };

/** `computer` whose programs end when `signal` aborts; none is asked any more after that. */
export function abortable(computer: Computer, signal: AbortSignal): Computer {
	const ask: Computer['ask'] = async (program, args, options) => {
		return signal.aborted ? UNASKED : computer.ask(program, args, { signal, ...options });
	};
	return { ...computer, ask };
}
