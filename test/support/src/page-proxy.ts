import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';

/** Where the build puts the worker that draws. */
const DRAW_WORKER = /^\/assets\/draw-worker-[^/]+\.js$/;

/**
 * A relay's page with a script put before the code of the worker that draws: browsers run no script of a test in a worker.
 * Everything else goes through as it is, the security policy included.
 */
export class PageProxy implements AsyncDisposable {
	readonly #server: Server;
	readonly #sockets = new Set<Socket>();
	/** How often the worker's code was asked for. */
	workers = 0;

	private constructor(relayPort: number, script: string) {
		this.#server = createServer((request, response) => this.#forward(relayPort, script, request, response));
		this.#server.on('connection', (socket) => this.#keep(socket));
		this.#server.on('upgrade', (request, socket: Socket, head) => this.#upgrade(relayPort, request, socket, head));
	}

	static async open(relayPort: number, script: string): Promise<PageProxy> {
		const proxy = new PageProxy(relayPort, script);
		proxy.#server.listen(0, '127.0.0.1');
		await once(proxy.#server, 'listening');
		return proxy;
	}

	/** The page's address. */
	get url(): string {
		return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
	}

	async [Symbol.asyncDispose](): Promise<void> {
		const closed = once(this.#server, 'close');
		this.#server.close();
		for (const socket of this.#sockets) socket.destroy();
		await closed;
	}

	#forward(port: number, script: string, incoming: IncomingMessage, response: ServerResponse): void {
		const { method, url: path = '/', headers } = incoming;
		const isWorker = DRAW_WORKER.test(path);
		const plain = isWorker ? { 'accept-encoding': 'identity' } : {};
		const outgoing = request({ host: '127.0.0.1', port, method, path, headers: { ...headers, ...plain } }, (answer) => {
			const { 'content-length': length, ...rest } = answer.headers;
			if (isWorker) this.workers++;
			response.writeHead(answer.statusCode ?? 502, isWorker || length === undefined ? rest : answer.headers);
			if (isWorker) response.write(script);
			answer.pipe(response);
		});
		outgoing.on('error', () => response.destroy());
		incoming.pipe(outgoing);
	}

	#upgrade(port: number, { method, url, rawHeaders }: IncomingMessage, page: Socket, head: Buffer): void {
		const relay = this.#keep(connect(port, '127.0.0.1'));
		const lines = [`${method} ${url} HTTP/1.1`];
		for (let at = 0; at < rawHeaders.length; at += 2) lines.push(`${rawHeaders[at]}: ${rawHeaders[at + 1]}`);
		relay.write(`${lines.join('\r\n')}\r\n\r\n`);
		relay.write(head);
		page.setNoDelay();
		relay.setNoDelay();
		page.pipe(relay).pipe(page);
	}

	/** Until the end; a broken connection is the page's affair. */
	#keep(socket: Socket): Socket {
		this.#sockets.add(socket);
		socket.on('error', () => socket.destroy());
		socket.on('close', () => this.#sockets.delete(socket));
		return socket;
	}
}
