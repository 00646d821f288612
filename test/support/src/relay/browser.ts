import { type Asked, ask } from './ask.ts';
import { Peer } from './peer.ts';

const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';

export interface Answer {
	readonly status: number;
	readonly headers: Asked['headers'];
	/** What the tests look into is whatever the route answers. */
	// biome-ignore lint/suspicious/noExplicitAny: every route has another shape, and a wrong one fails the test
	readonly json: any;
	/** The error's code, '' for a success. */
	readonly code: string;
}

export interface BrowserOptions {
	/** Address of this machine that it asks from. */
	readonly from?: string;
	readonly userAgent?: string;
	/** The relay believes what this machine says of whom it speaks for: then it is over TLS. */
	readonly headers?: Readonly<Record<string, string>>;
}

/** A browser as far as the relay can tell: it keeps cookies and says where its requests come from. */
export class TestBrowser {
	readonly #url: string;
	readonly #options: BrowserOptions;
	readonly cookies = new Map<string, string>();

	constructor(url: string, options: BrowserOptions = {}) {
		this.#url = url;
		this.#options = options;
	}

	get cookie(): string {
		return [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
	}

	async send(method: string, path: string, body?: unknown): Promise<Answer> {
		const json = body === undefined ? {} : { body: JSON.stringify(body) };
		const headers = { ...this.#headers(), ...(body === undefined ? {} : { 'content-type': 'application/json' }) };
		const { from } = this.#options;
		const asked = await ask(`${this.#url}${path}`, { method, headers, from, ...json });
		for (const line of asked.headers['set-cookie'] ?? []) this.#keep(line);
		const isJson = asked.headers['content-type']?.startsWith('application/json');
		const answer = isJson ? JSON.parse(asked.text) : undefined;
		return { status: asked.status, headers: asked.headers, json: answer, code: answer?.error?.code ?? '' };
	}

	get(path: string): Promise<Answer> {
		return this.send('GET', path);
	}

	post(path: string, body: unknown): Promise<Answer> {
		return this.send('POST', path, body);
	}

	/** Opens the page's WebSocket. */
	live(): Promise<Peer> {
		return Peer.open(`${this.#url.replace('http', 'ws')}/live`, '', this.#headers());
	}

	/** What each request carries. */
	#headers(): Record<string, string> {
		const cookie = this.cookie;
		const { userAgent = FIREFOX, headers = {} } = this.#options;
		return { origin: this.#url, 'user-agent': userAgent, ...(cookie ? { cookie } : {}), ...headers };
	}

	#keep(line: string): void {
		const [name = '', value = ''] = line.split(';', 1)[0]?.split('=') ?? [];
		if (value === '') this.cookies.delete(name);
		else this.cookies.set(name, value);
	}
}
