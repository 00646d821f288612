import { StallLimit } from '@oriel/base';
import type { Source } from '../../capture/source.ts';
import { peerOf } from '../../errors/network.ts';
import { asSourceError, badAnswer } from '../http/camera-errors.ts';
import type { NetworkCameraOptions } from '../http/network-camera.ts';
import { MAX_REDIRECTS, mayKnow, redirected } from '../http/redirect.ts';
import { withoutLogin } from '../http/without-login.ts';
import { play } from './play.ts';

/** A network camera that speaks RTSP: its H.264 or its JPEGs as they come, over TCP. */
export function rtspSource(options: NetworkCameraOptions): Source {
	const { login, address } = withoutLogin(options.address, options.random);
	const { url } = address;
	const limit = new StallLimit();
	return {
		// The query may hold a password.
		description: `camera at ${url.protocol}//${url.host}${url.pathname}`,
		capabilities: [],
		async run(sink, signal) {
			let target = address;
			try {
				for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
					const known = mayKnow(url, target.url) ? login : undefined;
					const location = await play({ ...options, address: target, login: known, limit, sink, signal });
					if (location === undefined) return;
					const next = redirected(location, target, /^rtsps?:$/);
					if (!next)
						throw badAnswer(peerOf(target.url, 'camera'), 'redirects to something that is not an RTSP address');
					target = next;
				}
				throw badAnswer(peerOf(url, 'camera'), `redirects more than ${MAX_REDIRECTS} times`);
			} catch (failure) {
				if (!signal.aborted) throw asSourceError(failure, peerOf(target.url, 'camera'));
			}
		},
	};
}
