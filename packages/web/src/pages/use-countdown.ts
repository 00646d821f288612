import { useEffect, useState } from 'preact/hooks';

const TICK_MS = 250;

/** Whole seconds down to 0, by the browser's steady clock: a tab that slept knows how late it is. */
export function useCountdown(): { readonly seconds: number; readonly start: (seconds: number) => void } {
	const [end, setEnd] = useState(0);
	const [seconds, setSeconds] = useState(0);
	const runs = seconds > 0;
	useEffect(() => {
		if (!runs) return;
		const timer = setInterval(() => setSeconds(secondsUntil(end)), TICK_MS);
		return () => clearInterval(timer);
	}, [runs, end]);
	const start = (from: number) => {
		const until = performance.now() + from * 1_000;
		setEnd(until);
		setSeconds(secondsUntil(until));
	};
	return { seconds, start };
}

function secondsUntil(end: number): number {
	return Math.max(0, Math.ceil((end - performance.now()) / 1_000));
}
