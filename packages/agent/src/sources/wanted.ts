import { Secret } from '@oriel/base';
import type { Wanted } from '../detect/candidates/candidates.ts';
import { AgentError } from '../errors/agent-error.ts';
import { readAddress } from './http/http-address.ts';

/** Specs that name a camera to be looked for on this machine, or one that speaks RTSP. */
export const ACCEPTED = 'auto, csi:N, /dev/videoN, rtsp://…';

/** What a SPEC of `--source` wants to be found; undefined: it is of another kind. Throws AgentError `bad-source`. */
export function wantedOf(spec: string): Wanted | undefined {
	if (spec === 'auto') return { source: 'auto' };
	if (spec.startsWith('csi:')) return { source: 'csi', index: indexOf(spec) };
	if (/^\/dev\/(video\d{1,3}$|v4l\/)/.test(spec)) return { source: 'node', path: spec };
	if (!/^rtsps?:/i.test(spec)) return undefined;
	// The value itself stays out of the message: it may hold a password.
	if (!/^rtsps?:\/\/./i.test(spec)) {
		const words = 'the source begins like an RTSP address, but is not one; rtsp://HOST/… is accepted';
		throw new AgentError('bad-source', words);
	}
	const { url, host } = readAddress(spec);
	const { protocol, pathname, href } = url;
	// The zone that a URL cannot carry goes back to where it stood.
	const address = host.includes('%') ? href.replace(url.hostname, `[${host}]`) : href;
	return { source: 'rtsp', address: new Secret(address), place: `${protocol}//${url.host}${pathname}` };
}

function indexOf(spec: string): number {
	const [, digits] = /^csi:(\d{1,2})$/.exec(spec) ?? [];
	if (digits !== undefined) return Number(digits);
	throw new AgentError('bad-source', `the source ${spec} is not known; csi:0, csi:1 … are accepted`);
}
