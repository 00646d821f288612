import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { Answer } from '../../../api/answer.ts';
import { fullTroubleOf } from '../../trouble.ts';

/** How often a list is read again while it is seen: what others do shows up automatically. */
const READ_EVERY_MS = 5_000;

/** A list of the relay's, as far as it is known. */
export interface Listing<T> {
	/** Undefined before the first answer. */
	readonly items: T | undefined;
	/** Why the last question was not answered. */
	readonly trouble: string | undefined;
	readonly reload: () => Promise<void>;
}

/** Reads a list, and again every few seconds. `read` must stay the same function. */
export function useListing<T>(read: () => Promise<Answer<T>>): Listing<T> {
	const [items, setItems] = useState<T>();
	const [trouble, setTrouble] = useState<string>();
	const questions = useRef(0);
	const reload = useCallback(async () => {
		const question = ++questions.current;
		const answer = await read();
		// A later question was asked after a change: its answer is the one that counts.
		if (question !== questions.current) return;
		if (answer.kind === 'success') setItems(answer.value);
		setTrouble(answer.kind === 'success' ? undefined : fullTroubleOf(answer));
	}, [read]);
	useEffect(() => {
		void reload();
		const timer = setInterval(() => document.hidden || void reload(), READ_EVERY_MS);
		return () => {
			clearInterval(timer);
			questions.current++;
		};
	}, [reload]);
	return { items, trouble, reload };
}
