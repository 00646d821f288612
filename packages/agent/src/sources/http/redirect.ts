import type { HttpAddress } from './http-address.ts';

export const MAX_REDIRECTS = 3;

/** Where a camera sends us, as its `location` says; undefined: to nothing that has one of these schemes. */
export function redirected(
	location: string | undefined,
	{ url: from, host }: HttpAddress,
	schemes: RegExp,
): HttpAddress | undefined {
	if (!location || !URL.canParse(location, from.href)) return undefined;
	const target = new URL(location, from);
	if (!schemes.test(target.protocol)) return undefined;
	target.username = target.password = '';
	// The same host keeps its zone.
	const isSame = target.hostname === from.hostname;
	return { url: target, host: isSame ? host : target.hostname.replace(/^\[|\]$/g, '') };
}

/** The password goes to the host that it was given for, and never from a connection with TLS to one without. */
export function mayKnow(asked: URL, target: URL): boolean {
	return target.hostname === asked.hostname && (isSecure(target) || !isSecure(asked));
}

function isSecure({ protocol }: URL): boolean {
	return protocol === 'https:' || protocol === 'rtsps:';
}
