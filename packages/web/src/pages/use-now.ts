import type { Millis } from '@oriel/base';
import { useEffect, useState } from 'preact/hooks';

const TICK_MS = 10_000;

/** The time of day, moved on often enough for words such as "5 min ago". */
export function useNow(): Millis {
	const [now, setNow] = useState(() => Date.now());
	useEffect(() => {
		const timer = setInterval(() => setNow(Date.now()), TICK_MS);
		return () => clearInterval(timer);
	}, []);
	return now;
}
