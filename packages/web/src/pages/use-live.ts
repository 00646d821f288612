import { useEffect, useMemo, useState } from 'preact/hooks';
import type { LiveConnection } from '../player/connection/live-connection.ts';
import { sharedConnection } from '../player/connection/shared-connection.ts';

/** Where all players of the page get their pictures. */
export const LIVE_PATH = '/live';

/** The page's live connection. The component is drawn again after changes, at most once a screen refresh. */
export function useLive(): LiveConnection {
	const connection = useMemo(() => sharedConnection(LIVE_PATH), []);
	const [, redraw] = useState(0);
	useEffect(() => {
		let frame = 0;
		const schedule = () => {
			frame ||= requestAnimationFrame(() => {
				frame = 0;
				redraw((count) => count + 1);
			});
		};
		const release = connection.subscribe(schedule);
		schedule();
		return () => {
			release();
			cancelAnimationFrame(frame);
		};
	}, [connection]);
	return connection;
}
