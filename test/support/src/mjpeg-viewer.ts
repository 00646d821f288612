import { request } from 'node:http';

/** A program that watches a camera's stream.mjpg and counts its pictures. */
export interface MjpegViewer {
	/** Pictures seen so far. */
	readonly pictures: number;
	/** The newest whole picture. */
	readonly newest: Buffer | undefined;
	close(): void;
}

/** Watches `url`; rejects unless the answer is 200 with multipart. `keep` keeps the newest picture, for looking at. */
export function watchMjpeg(url: string, token: string, keep = false): Promise<MjpegViewer> {
	return new Promise((resolve, reject) => {
		const viewer = { pictures: 0, newest: undefined as Buffer | undefined, close: () => call.destroy() };
		const call = request(url, { headers: { authorization: `Bearer ${token}` }, agent: false }, (response) => {
			const type = response.headers['content-type'] ?? '';
			const [, boundary] = /^multipart\/x-mixed-replace; boundary=(\S+)$/.exec(type) ?? [];
			if (response.statusCode !== 200 || !boundary) {
				reject(new Error(`Answer ${response.statusCode} with ${type}`));
				call.destroy();
				return;
			}
			const parts = new PartReader(boundary, (picture) => {
				viewer.pictures++;
				if (keep) viewer.newest = Buffer.from(picture);
			});
			response.on('data', (chunk: Buffer) => parts.push(chunk));
			response.on('error', () => {});
			resolve(viewer);
		});
		call.on('error', reject);
		call.end();
	});
}

/** Cuts a multipart body by its Content-Length headers, strictly: anything unexpected throws. */
export class PartReader {
	readonly #boundary: string;
	readonly #part: (body: Buffer) => void;
	#pending: Buffer[] = [];
	#size = 0;
	#wanted = 0;

	constructor(boundary: string, part: (body: Buffer) => void) {
		this.#boundary = boundary;
		this.#part = part;
	}

	push(chunk: Buffer): void {
		this.#pending.push(chunk);
		this.#size += chunk.length;
		while (this.#size >= this.#wanted && this.#readOne()) {}
	}

	#readOne(): boolean {
		const bytes = this.#pending.length === 1 ? (this.#pending[0] as Buffer) : Buffer.concat(this.#pending);
		this.#pending = [bytes];
		const end = bytes.indexOf('\r\n\r\n');
		if (end < 0) return false;
		const [line = '', ...headers] = bytes.subarray(0, end).toString('latin1').trimStart().split('\r\n');
		if (line !== `--${this.#boundary}`) throw new Error(`Expected a boundary, seen: ${line.slice(0, 60)}`);
		const length = Number(headers.find((header) => /^content-length:/i.test(header))?.split(':')[1]);
		const whole = end + 4 + length;
		this.#wanted = whole;
		if (bytes.length < whole) return false;
		this.#part(bytes.subarray(end + 4, whole));
		this.#pending = [bytes.subarray(whole)];
		this.#size = bytes.length - whole;
		this.#wanted = 0;
		return this.#size > 0;
	}
}
