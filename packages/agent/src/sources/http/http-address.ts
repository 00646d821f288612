import { AgentError } from '../../errors/agent-error.ts';

/** Where a camera that speaks HTTP is. */
export interface HttpAddress {
	/** Without a zone, which a URL cannot carry. */
	readonly url: URL;
	/** To dial: as in the URL, without brackets, and with the zone of a link-local IPv6 address (RFC 4007). */
	readonly host: string;
}

/** `[fe80::1%eth0]`, also with the `%` escaped as RFC 6874 asks. */
const ZONE = /^([a-z]+:\/\/(?:[^/?#]*@)?\[[0-9a-f:.]+)%(?:25)?([\w.~-]+)(\])/i;

/**
 * Reads the address of a camera (`http:`, `https:`, `rtsp:`). Throws AgentError `bad-source`, in words that hold nothing of
 * the address: it may carry a password.
 */
export function readAddress(spec: string): HttpAddress {
	const zone = ZONE.exec(spec)?.[2];
	const plain = spec.replace(ZONE, '$1$3');
	const scheme = /^[a-z]+/i.exec(spec)?.[0]?.toUpperCase() ?? '';
	if (!URL.canParse(plain) || isCutPassword(plain)) throw unreadable(scheme, plain);
	const url = new URL(plain);
	const host = url.hostname.replace(/^\[|\]$/g, '');
	return { url, host: zone === undefined ? host : `${host}%${zone}` };
}

/** A `#`, `?` or `/` in a password ends the host too early: what follows the real `@` lands in the path. */
function isCutPassword(spec: string): boolean {
	const [, authority = '', rest = ''] = /^[a-z]+:\/\/([^/?#]*)(.*)$/i.exec(spec) ?? [];
	if (authority.includes('@') || !rest.includes('@')) return false;
	// A path may hold an "@" of its own, a fragment is never sent; and "user:pass" cannot be a host and a port.
	return rest.startsWith('#') || /:(?!\d*$)/.test(authority.replace(/^\[.*\]/, ''));
}

function unreadable(scheme: string, spec: string): AgentError {
	if (!isCutPassword(spec)) {
		return new AgentError('bad-source', `the source begins like ${article(scheme)} address, but is not one`);
	}
	const escapes = '# as %23, ? as %3F, / as %2F, @ as %40, % as %25';
	const words = `the user name or the password in the source has a character that ends it too early; in an address write ${escapes}`;
	return new AgentError('bad-source', words);
}

function article(scheme: string): string {
	return scheme.startsWith('HTTP') ? 'a web' : `an ${scheme.replace(/S$/, '')}`;
}
