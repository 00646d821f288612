import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { Program } from './program.ts';

interface Reply {
	readonly id?: number;
	readonly error?: string;
	readonly message?: string;
	readonly result?: unknown;
}

/** The system's Firefox without a window, driven over WebDriver BiDi: playwright drives only a Firefox of its own. */
export class Firefox implements AsyncDisposable {
	readonly #program: Program;
	readonly #profile: string;
	readonly #socket: WebSocket;
	readonly #waiting = new Map<number, { resolve: (result: unknown) => void; reject: (error: Error) => void }>();
	#commands = 0;

	private constructor(program: Program, profile: string, socket: WebSocket) {
		this.#program = program;
		this.#profile = profile;
		this.#socket = socket;
		socket.on('message', (data) => this.#heard(JSON.parse(String(data))));
	}

	static async open(): Promise<Firefox> {
		const profile = mkdtempSync(join(tmpdir(), 'oriel-firefox-'));
		// No pages of its own, and none fetched from elsewhere.
		const prefs = [
			'datareporting.policy.dataSubmissionEnabled',
			'app.update.enabled',
			'network.captive-portal-service.enabled',
		];
		writeFileSync(join(profile, 'user.js'), prefs.map((name) => `user_pref("${name}", false);\n`).join(''));
		const args = ['--headless', '--no-remote', '--profile', profile, '--remote-debugging-port', '0'];
		const program = new Program('firefox', args, { env: { HOME: profile } });
		const [, address = ''] = await program.said(/WebDriver BiDi listening on (ws:\S+)/);
		const socket = new WebSocket(`${address}/session`);
		await new Promise((resolve, reject) => {
			socket.once('open', resolve);
			socket.once('error', reject);
		});
		const firefox = new Firefox(program, profile, socket);
		await firefox.#ask('session.new', { capabilities: {} });
		return firefox;
	}

	/** Opens a page with a cookie, and runs `script` in it before all of its own. Returns what evaluates there. */
	async page(url: string, cookie: { name: string; value: string }, script: string): Promise<Evaluate> {
		const { context } = (await this.#ask('browsingContext.create', { type: 'tab' })) as { context: string };
		const value = { type: 'string', value: cookie.value };
		await this.#ask('storage.setCookie', { cookie: { name: cookie.name, value, domain: new URL(url).hostname } });
		await this.#ask('script.addPreloadScript', { functionDeclaration: `() => {${script}}`, contexts: [context] });
		await this.#ask('browsingContext.navigate', { context, url, wait: 'interactive' });
		return async (expression) => {
			const asked = { expression: `JSON.stringify(${expression})`, target: { context }, awaitPromise: true };
			const { result } = (await this.#ask('script.evaluate', asked)) as { result: { value?: string } };
			return result.value === undefined ? undefined : JSON.parse(result.value);
		};
	}

	#ask(method: string, params: unknown): Promise<unknown> {
		const id = ++this.#commands;
		const answered = new Promise<unknown>((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
		this.#socket.send(JSON.stringify({ id, method, params }));
		return answered;
	}

	#heard({ id = 0, error, message, result }: Reply): void {
		const waiting = this.#waiting.get(id);
		this.#waiting.delete(id);
		if (error !== undefined) waiting?.reject(new Error(`Firefox: ${error}: ${message}`));
		else waiting?.resolve(result);
	}

	async [Symbol.asyncDispose](): Promise<void> {
		this.#socket.close();
		await this.#program.end('SIGKILL');
		rmSync(this.#profile, { recursive: true, force: true });
	}
}

/** The value of an expression in the page, as JSON carries it. */
export type Evaluate = (expression: string) => Promise<unknown>;
