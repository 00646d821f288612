/** What happens around the page that a connection must know of. */
export type PageSignal = 'online' | 'visible' | 'hidden';

/** Hands over the signals until the returned function is called. */
export type PageSignals = (listener: (signal: PageSignal) => void) => () => void;

/** The signals of the browser's own window. */
export const browserSignals: PageSignals = (listener) => {
	const online = () => listener('online');
	const visibility = () => listener(document.hidden ? 'hidden' : 'visible');
	addEventListener('online', online);
	document.addEventListener('visibilitychange', visibility);
	if (document.hidden) visibility();
	return () => {
		removeEventListener('online', online);
		document.removeEventListener('visibilitychange', visibility);
	};
};
