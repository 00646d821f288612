import { useState } from 'preact/hooks';
import type { Answer, Failure } from '../../../api/answer.ts';
import { fullTroubleOf } from '../../trouble.ts';

/** What is wrong, by the field that it is shown at. */
export type Problem<Field extends string> = Readonly<Partial<Record<Field, string>>>;

interface FormOptions<Field extends string, T> {
	/** What is wrong with the input; undefined: it can be sent. */
	readonly check: () => Problem<Field> | undefined;
	readonly send: () => Promise<Answer<T>>;
	readonly onDone: (value: T) => void;
	/** What a failure says about a field; undefined: it concerns the form as a whole. */
	readonly problemOf?: (failure: Failure) => Problem<Field> | undefined;
}

export interface Form<Field extends string> {
	readonly problem: Problem<Field> | undefined;
	/** What went wrong with the form as a whole. */
	readonly trouble: string | undefined;
	readonly busy: boolean;
	readonly submit: (event: Event) => void;
	/** Forgets what was wrong. */
	readonly clear: () => void;
}

/** A form that checks its input, sends it, and knows what went wrong and where. */
export function useForm<Field extends string, T>(options: FormOptions<Field, T>): Form<Field> {
	const [problem, setProblem] = useState<Problem<Field>>();
	const [trouble, setTrouble] = useState<string>();
	const [busy, setBusy] = useState(false);
	const show = (found: Problem<Field> | undefined, words?: string) => {
		setProblem(found);
		setTrouble(words);
	};
	const run = async () => {
		const wrong = options.check();
		if (wrong) return show(wrong);
		setBusy(true);
		const answer = await options.send();
		setBusy(false);
		if (answer.kind === 'success') return options.onDone(answer.value);
		const found = options.problemOf?.(answer);
		show(found, found ? undefined : fullTroubleOf(answer));
	};
	const submit = (event: Event) => {
		event.preventDefault();
		void run();
	};
	return { problem, trouble, busy, submit, clear: () => show(undefined) };
}
