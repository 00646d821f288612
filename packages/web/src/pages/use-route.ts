import { useEffect, useState } from 'preact/hooks';
import { parseRoute, type Route } from './route.ts';

/** Where the person is, and a way to take a spent token out of the address and the history. */
export function useRoute(): { readonly route: Route; readonly forgetToken: () => void } {
	const [route, setRoute] = useState(() => parseRoute(location.hash));
	useEffect(() => {
		const follow = () => setRoute(parseRoute(location.hash));
		addEventListener('hashchange', follow);
		return () => removeEventListener('hashchange', follow);
	}, []);
	const forgetToken = () => {
		history.replaceState(null, '', location.pathname + location.search);
		setRoute({ page: 'wall' });
	};
	return { route, forgetToken };
}
