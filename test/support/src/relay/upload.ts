import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { until } from '../turns.ts';

/** A program that sends an endless body, as curl and ffmpeg do, and listens for an answer meanwhile. */
export class TestUpload implements AsyncDisposable {
	readonly call: ClientRequest;
	/** Whether the relay said to go on with the body. */
	continued = false;
	/** What went wrong with the connection. */
	failure: Error | undefined;
	#response: IncomingMessage | undefined;
	#body: string | undefined;
	#closed = false;

	constructor(url: string, key: string, headers: Record<string, string> = {}, method = 'PUT') {
		const authorization: Record<string, string> = key ? { authorization: `Bearer ${key}` } : {};
		this.call = request(url, { method, headers: { ...authorization, ...headers }, agent: false });
		this.call.on('continue', () => {
			this.continued = true;
		});
		this.call.on('error', (error) => {
			this.failure = error;
		});
		this.call.on('close', () => {
			this.#closed = true;
		});
		this.call.on('response', (response) => {
			this.#response = response;
			const chunks: Buffer[] = [];
			response.on('data', (chunk: Buffer) => chunks.push(chunk));
			response.on('error', () => undefined);
			response.on('end', () => {
				this.#body = Buffer.concat(chunks).toString();
			});
		});
		this.call.flushHeaders();
	}

	get status(): number | undefined {
		return this.#response?.statusCode;
	}

	write(bytes: Uint8Array | string): void {
		this.call.write(bytes);
	}

	/** Status and JSON of the answer. */
	async answer(): Promise<{ status: number; headers: IncomingMessage['headers']; json: Answer }> {
		const body = await until(() => this.#body ?? (this.failure && `failed: ${this.failure.message}`));
		if (!this.#response) throw this.failure;
		return { status: this.#response.statusCode ?? 0, headers: this.#response.headers, json: JSON.parse(body) };
	}

	async [Symbol.asyncDispose](): Promise<void> {
		this.call.destroy();
		await until(() => this.#closed);
	}
}

interface Answer {
	readonly error?: { readonly code: string; readonly message: string };
	readonly frames?: number;
	readonly skippedBytes?: number;
}
