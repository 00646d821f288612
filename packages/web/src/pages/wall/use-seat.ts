import type { Session } from '@oriel/api';
import { useEffect } from 'preact/hooks';
import type { ConnectionState } from '../../player/connection/connection-state.ts';

const LOOK_AGAIN_MS = 3_000;

/**
 * Whether a guest is kept waiting because as many watch by the link as may. A browser hides why a connection was
 * refused, so the relay is asked about the link while there is none.
 */
export function useSeat(
	{ link }: Session,
	phase: ConnectionState['phase'],
	onSessionDoubted: () => Promise<void>,
): { readonly isFull: boolean } {
	const waits = link !== null && (phase === 'connecting' || phase === 'reconnecting');
	useEffect(() => {
		if (!waits) return;
		const timer = setInterval(() => void onSessionDoubted(), LOOK_AGAIN_MS);
		return () => clearInterval(timer);
	}, [waits, onSessionDoubted]);
	const isFull = waits && link.maxViewers !== null && link.viewers >= link.maxViewers;
	return { isFull };
}
