/** A host as it may stand in a Host header: a name, an address, or an address in brackets. */
const HOST = /^(\[[0-9a-f:.]{2,45}\]|[a-z0-9._-]{1,253})(?::\d{1,5})?$/i;

/** The https address that a request by plain HTTP was meant for; undefined if it does not say where it wanted to go. */
export function httpsAddress(host: string | undefined, path: string | undefined, port: number): string | undefined {
	const [, name] = HOST.exec(host ?? '') ?? [];
	if (name === undefined) return undefined;
	const target = /^\/[\x21-\x7e]*$/.test(path ?? '') && !path?.startsWith('//') ? path : '/';
	return `https://${name}${port === 443 ? '' : `:${port}`}${target}`;
}

/** The whole answer to a client that speaks plain HTTP to the TLS port, from the first bytes of what was said. */
export function redirectAnswer(heard: string, port: number): string {
	const [, path] = /^[A-Z]{3,10} (\S{1,4096}) HTTP\/1\.[01]\r\n/.exec(heard) ?? [];
	const [, host] = /\r\nhost:[ \t]*([^\r\n]{1,300})\r\n/i.exec(heard) ?? [];
	const address = path === undefined ? undefined : httpsAddress(host?.trim(), path, port);
	const words = `This port speaks https only${address ? `: ${address}` : ''}\n`;
	const head = [
		address ? 'HTTP/1.1 307 Temporary Redirect' : 'HTTP/1.1 400 Bad Request',
		...(address ? [`location: ${address}`] : []),
		'content-type: text/plain; charset=utf-8',
		`content-length: ${Buffer.byteLength(words)}`,
		'cache-control: no-store',
		'connection: close',
	];
	return `${head.join('\r\n')}\r\n\r\n${words}`;
}
