import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Answering = (request: IncomingMessage, answer: ServerResponse, count: number) => void;

/** An HTTP camera on loopback that answers as told. */
export class FakeCamera implements AsyncDisposable {
	/** What was asked, oldest first. */
	readonly requests: IncomingMessage[] = [];
	/** Connections open now. */
	open = 0;
	readonly #server: Server;

	constructor(answer: Answering) {
		this.#server = createServer((request, response) => {
			this.requests.push(request);
			answer(request, response, this.requests.length);
		});
		this.#server.on('connection', (socket) => {
			this.open++;
			socket.on('close', () => this.open--);
		});
	}

	static async start(answer: Answering): Promise<FakeCamera> {
		const camera = new FakeCamera(answer);
		await new Promise<void>((resolve) => camera.#server.listen(0, '127.0.0.1', resolve));
		return camera;
	}

	get port(): number {
		return (this.#server.address() as AddressInfo).port;
	}

	/** Its address; `login` is `user:password`. */
	url(path: string = '/', login: string = ''): URL {
		return new URL(`http://${login === '' ? '' : `${login}@`}127.0.0.1:${this.port}${path}`);
	}

	async [Symbol.asyncDispose](): Promise<void> {
		this.#server.closeAllConnections();
		await new Promise((resolve) => this.#server.close(resolve));
	}
}
