import { fileURLToPath } from 'node:url';
import { Program } from './program.ts';

/** Where Debian's Python is, which has the package for GStreamer; another one may stand before it on the PATH. */
const PYTHON = '/usr/bin/python3';
const SCRIPT = fileURLToPath(new URL('../src/gst-rtsp-server.py', import.meta.url));

/** A real RTSP server, that of GStreamer, which serves a file as fast as it was taken. */
export class GstRtspServer implements AsyncDisposable {
	readonly #program: Program;
	readonly #port: string;

	private constructor(program: Program, port: string) {
		this.#program = program;
		this.#port = port;
	}

	/** `login`: who may see it, by Digest; default: every client. */
	static async start(file: string, login: readonly [user: string, password: string] | [] = []): Promise<GstRtspServer> {
		const program = new Program(PYTHON, [SCRIPT, file, ...login]);
		await program.said(/^\d+$/m);
		return new GstRtspServer(program, program.stdout.trim());
	}

	url(login = '', path = '/live'): string {
		return `rtsp://${login}127.0.0.1:${this.#port}${path}`;
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await this.#program.end();
	}
}
