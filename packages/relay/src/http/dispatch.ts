import type { Duplex } from 'node:stream';
import type { Clock } from '@oriel/base';
import type { ReportFault } from '../errors/faults.ts';
import { RelayError } from '../errors/relay-error.ts';
import { requireFewHeaders } from './headers.ts';
import type { Asked, HttpConnection } from './http-connection.ts';
import { ANSWER_TIMEOUT_MS, type OpenAnswer, type OpenAnswers } from './open-answers.ts';
import { isSameOrigin } from './origin.ts';
import type { Peers } from './peer.ts';
import type { Request } from './request.ts';
import { hasBody, refuseUpgrade, SAFE_HEADERS, sendError } from './respond.ts';
import { match, type Route, type UpgradeRoute } from './route.ts';
import { endLingering } from './takeover.ts';
import { targetOf } from './target.ts';
import { STRICT_TRANSPORT } from './tls-door.ts';

/** Decides who calls and whether they may. Throws RelayError to refuse. It may have to look at the disk first. */
export type Guard<Who, Action> = (
	request: Request,
	action: Action,
	params: Readonly<Record<string, string>>,
) => Who | Promise<Who>;

/** A caller whose answer is under way, and what they must go on being allowed to do. */
export interface Holding<Who, Action> {
	readonly who: Who;
	readonly action: Action;
	readonly params: Readonly<Record<string, string>>;
	/** To be called when they may not any more. */
	readonly end: () => void;
}

export interface DispatchOptions<Who, Action> {
	readonly routes: readonly Route<Who, Action>[];
	readonly upgrades: readonly UpgradeRoute<Who, Action>[];
	readonly guard: Guard<Who, Action>;
	/** Counts each request before anything is done for it. Throws RelayError to refuse. */
	readonly count?: (request: Request) => void;
	/** What a caller's answers are counted by: a credential, or the network of `address`. */
	readonly callerOf: (who: Who, address: string) => string;
	/** Rests an answer that has an end on its caller's access; the returned function lets go. */
	readonly hold: (holding: Holding<Who, Action>) => () => void;
	readonly peers: Peers;
	readonly tls?: { readonly isStrict: boolean } | undefined;
	readonly clock: Clock;
	readonly report: ReportFault;
}

type Of<R> = { readonly route: R; readonly params: Readonly<Record<string, string>> };

/** Answers one request. Never throws, never rejects. */
export async function dispatch<Who, Action>(
	options: DispatchOptions<Who, Action>,
	answers: OpenAnswers,
	asked: Asked,
	connection: HttpConnection,
): Promise<void> {
	const { request, response } = asked;
	const { clock, report } = options;
	try {
		const open = answers.begin(response);
		for (const [name, value] of Object.entries(SAFE_HEADERS)) response.setHeader(name, value);
		if (options.tls?.isStrict) response.setHeader('strict-transport-security', STRICT_TRANSPORT);
		// The parser throws away what follows such a request in the same packet: another answer could be to half a request.
		if (request.isLastForParser) response.setHeader('connection', 'close');
		await answer(options, open, asked, connection);
	} catch (thrown) {
		if (!(thrown instanceof RelayError)) report('request', thrown, { path: request.url?.split('?')[0] ?? '' });
		// Asking again then costs a connection, and those are limited too.
		const isTooMany = thrown instanceof RelayError && thrown.code === 'too-many-requests';
		if (isTooMany && !response.headersSent) response.setHeader('connection', 'close');
		try {
			sendError(response, thrown, clock);
		} catch (again) {
			report('request', again);
			connection.socket.destroy();
		}
	}
}

async function answer<Who, Action>(
	options: DispatchOptions<Who, Action>,
	open: OpenAnswer,
	{ request, response, proceed }: Asked,
	connection: HttpConnection,
): Promise<void> {
	const { routes, count, guard, peers } = options;
	count?.(request);
	requireFewHeaders(request);
	const { path, search } = targetOf(request);
	const { route, params } = find(routes, request.method, path);
	if (request.method !== 'GET' && request.method !== 'HEAD' && !isSameOrigin(request)) {
		throw new RelayError('forbidden', 'Requests from pages of other sites are refused');
	}
	const who = await outsideOfParser(guard(request, route.action, params));
	if (connection.socket.destroyed) return;
	const address = peers.addressOf(request);
	if (route.endless) {
		open.freeTime();
		connection.takeWholeBody();
	} else {
		open.count(options.callerOf(who, address));
		open.rest((end) => options.hold({ who, action: route.action, params, end }));
	}
	if (route.method === 'PUT' || route.method === 'POST') proceed();
	else if (hasBody(request)) response.setHeader('connection', 'close'); // it is not read
	await route.handle({
		request,
		response,
		// The path has been found among the routes as it is: whatever a URL makes of it changes nothing any more.
		url: new URL(`http://relay${path}${search}`),
		params,
		who,
		address,
		isSecure: peers.isSecure(request),
		takeSocket() {
			open.end();
			return connection.take(response);
		},
	});
}

/** Opens a WebSocket, or refuses it. Never throws, never rejects. */
export async function dispatchUpgrade<Who, Action>(
	{ upgrades, count, guard, clock, report }: DispatchOptions<Who, Action>,
	request: Request,
	socket: Duplex & { readonly bytesWritten?: number },
	head: Buffer,
): Promise<void> {
	const { bytesWritten } = socket;
	// A guard that waits for a disk must not keep the connection for longer than any other answer.
	const cancel = clock.after(ANSWER_TIMEOUT_MS, () => socket.destroy());
	try {
		count?.(request);
		requireFewHeaders(request);
		const found = match(upgrades, targetOf(request).path);
		const { route, params } = found ?? notFound('There is no WebSocket at this path');
		requireOwnPage(request);
		const who = await guard(request, route.action, params);
		if (socket.destroyed) return;
		route.accept(request, socket, head, who);
		// Where the handshake was refused, only a peer that reads would see the end of it.
		if (!socket.writable) endLingering(socket, clock);
	} catch (thrown) {
		if (!(thrown instanceof RelayError)) report('socket', thrown);
		// What has begun to be a WebSocket takes no HTTP.
		if (socket.bytesWritten === bytesWritten) refuseUpgrade(socket, thrown, clock);
		else socket.destroy();
	} finally {
		cancel();
	}
}

function requireOwnPage(request: Request): void {
	if (!isSameOrigin(request)) throw new RelayError('forbidden', 'WebSockets from pages of other sites are refused');
	// Browsers always say where a WebSocket comes from; a client with a browser's cookie must too.
	if (request.headers.cookie !== undefined && request.headers.origin === undefined) {
		throw new RelayError('forbidden', 'A WebSocket with a cookie must say its Origin');
	}
}

/**
 * What a promise comes to, on a turn of its own. A promise may be kept while a parser is at work, and what runs then must
 * not take the parser's socket away.
 */
async function outsideOfParser<T>(value: T | Promise<T>): Promise<T> {
	if (!(value instanceof Promise)) return value;
	const settled = await value;
	await new Promise((resolve) => setImmediate(resolve));
	return settled;
}

function find<Who, Action>(
	routes: readonly Route<Who, Action>[],
	method: string | undefined,
	path: string,
): Of<Route<Who, Action>> {
	const wanted = method === 'HEAD' ? 'GET' : method;
	const found = match(
		routes.filter((route) => route.method === wanted),
		path,
	);
	if (found) return found;
	const others = routes.filter((route) => match([route], path)).map((route) => route.method);
	if (others.length === 0) return notFound('There is nothing at this path');
	const allow = [...new Set(others.flatMap((other) => (other === 'GET' ? ['GET', 'HEAD'] : [other])))];
	throw new RelayError('method-not-allowed', `${method} is not possible here; ${allow.join(' or ')} is`, { allow });
}

function notFound(words: string): never {
	throw new RelayError('not-found', words);
}
