/** The two cookies: of a person's session, and of a browser in which a share link was opened. */
export type CookieKind = 'session' | 'guest';

/**
 * The name of a cookie. Over TLS it has the prefix that makes browsers refuse it from any other host, path or plain
 * connection; over plain http they would refuse it altogether.
 */
export function cookieName(kind: CookieKind, isSecure: boolean): string {
	return `${isSecure ? '__Host-' : ''}oriel_${kind}`;
}

/** A cookie that scripts cannot read and other sites cannot send along; `seconds` 0 removes it. */
export function cookieLine(kind: CookieKind, isSecure: boolean, value: string, seconds: number): string {
	const secure = isSecure ? '; Secure' : '';
	return `${cookieName(kind, isSecure)}=${value}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Lax${secure}`;
}
