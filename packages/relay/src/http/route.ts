import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** One request that the guard has let in. `Who` is what the guard made of the caller. */
export interface Exchange<Who> {
	readonly request: IncomingMessage;
	readonly response: ServerResponse;
	readonly url: URL;
	/** The `:names` of the route's path. */
	readonly params: Readonly<Record<string, string>>;
	readonly who: Who;
	/** Address of the client, behind trusted proxies: see `Peers`. */
	readonly address: string;
	/** Whether the request came by TLS, here or at a trusted proxy. */
	readonly isSecure: boolean;
	/** The connection itself, for an answer without end: `response` is of no use afterwards, nor is anything that follows. */
	takeSocket(): Socket;
}

/** Where an operation of the HTTP API is asked for, as the beginning of its line in the route table. */
export function endpoint<const E extends Pick<Route<unknown, unknown>, 'method' | 'path'>>({ method, path }: E) {
	return { method, path };
}

/** One line of the route table. A route without an action does not compile, and an action without a rule denies. */
export interface Route<Who, Action> {
	readonly method: Method;
	/** Literal segments and `:names`, e.g. `/cameras/:camera/stream.mjpg`. */
	readonly path: string;
	/** What the caller must be allowed to do. */
	readonly action: Action;
	/** Its body or its answer has no end: the route holds its own lease, and limits its own time. */
	readonly endless?: true;
	handle(exchange: Exchange<Who>): void | Promise<void>;
}

/** A path on which WebSockets are opened. */
export interface UpgradeRoute<Who, Action> {
	readonly path: string;
	readonly action: Action;
	accept(request: IncomingMessage, socket: Duplex, head: Buffer, who: Who): void;
}

/** The first entry of `table` whose path matches, with the values of its names. */
export function match<R extends { readonly path: string }>(
	table: readonly R[],
	pathname: string,
): { readonly route: R; readonly params: Record<string, string> } | undefined {
	const segments = pathname.split('/');
	for (const route of table) {
		const params = matchPath(route.path.split('/'), segments);
		if (params) return { route, params };
	}
	return undefined;
}

function matchPath(pattern: readonly string[], segments: readonly string[]): Record<string, string> | undefined {
	if (pattern.length !== segments.length) return undefined;
	const params: Record<string, string> = Object.create(null);
	for (const [index, part] of pattern.entries()) {
		const segment = segments[index] as string;
		if (part.startsWith(':') && segment !== '') params[part.slice(1)] = segment;
		else if (part !== segment) return undefined;
	}
	return params;
}
