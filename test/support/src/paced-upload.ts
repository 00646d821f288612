import { type ClientRequest, request } from 'node:http';

/** An endless upload of a recording, a piece at a time, at its rate. It stays open behind the last piece. */
export class PacedUpload implements AsyncDisposable {
	readonly #call: ClientRequest;
	readonly #closed: Promise<void>;
	/** What the relay said, if it ended the upload. */
	answer = '';
	/** Settles when the last piece has been written. */
	readonly done: Promise<void>;
	#isOver = false;

	constructor(url: string, key: string, pieces: readonly Uint8Array[], framesPerSecond: number) {
		this.#call = request(url, { method: 'PUT', headers: { authorization: `Bearer ${key}` }, agent: false });
		this.#call.on('response', (response) => response.setEncoding('utf8').on('data', (text) => (this.answer += text)));
		this.#call.on('error', () => {});
		this.#closed = new Promise((resolve) => this.#call.once('close', resolve));
		this.done = this.#write(pieces, 1000 / framesPerSecond);
	}

	async #write(pieces: readonly Uint8Array[], everyMs: number): Promise<void> {
		const begunAt = performance.now();
		for (const [index, piece] of pieces.entries()) {
			const wait = begunAt + index * everyMs - performance.now();
			await new Promise((resolve) => setTimeout(resolve, Math.max(0, wait)));
			if (this.#isOver) return;
			this.#call.write(piece);
		}
	}

	async [Symbol.asyncDispose](): Promise<void> {
		this.#isOver = true;
		this.#call.destroy();
		await this.#closed;
	}
}
