import { chownSync, closeSync, existsSync, mkdtempSync, openSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isTimed } from './patience.ts';
import { Program, type ProgramOptions } from './program.ts';
import { Y4mReader } from './y4m.ts';

/** The user without rights: VLC does not run as root. */
const UNPRIVILEGED = { uid: 65_534, gid: 65_534 };
const CHUNK = 1 << 20;
/** VLC plays that long behind what it has read. By default a second, which is too little for a machine that does much else. */
const CACHING_MS = isTimed ? 1_000 : 3_000;

/** A program that plays a URL, and what it shows. */
export interface Player extends AsyncDisposable {
	/** What it has shown so far. */
	film(): Y4mReader;
	/** What it has said so far, warnings and errors. */
	readonly words: string;
	/** Settles when it has played all there is. */
	readonly ended: Promise<unknown>;
}

/** Plays a URL or a file in ffmpeg, every frame that its decoder gives out. */
export function playInFfmpeg(source: string): Player {
	const film = new Y4mReader();
	const quiet = ['-hide_banner', '-nostdin', '-loglevel', 'error'];
	const raw = ['-fps_mode', 'passthrough', '-pix_fmt', 'yuv420p', '-strict', '-1', '-f', 'yuv4mpegpipe', '-'];
	const program = new Program('ffmpeg', [...quiet, '-threads', '1', '-i', source, ...raw]);
	program.onBytes((chunk) => film.push(chunk));
	return {
		film: () => film,
		ended: program.ended,
		get words() {
			return program.stderr;
		},
		[Symbol.asyncDispose]: () => program[Symbol.asyncDispose](),
	};
}

/**
 * Plays `url` in VLC as a normal user, with what it does by default but for its screen: that is a file, which gets each
 * picture at the moment when it is to be shown, and none that VLC gives up as late.
 */
export function playInVlc(url: string): Player {
	const home = mkdtempSync(join(tmpdir(), 'oriel-vlc-'));
	const user = process.getuid?.() === 0 ? UNPRIVILEGED : undefined;
	if (user) chownSync(home, user.uid, user.gid);
	const path = join(home, 'screen.y4m');
	const screen = ['--vout=yuv', '--yuv-yuv4mpeg2', `--yuv-file=${path}`, '--avcodec-hw=none'];
	const quiet = ['-I', 'dummy', '-v', '--no-audio', '--no-spu', `--network-caching=${CACHING_MS}`];
	const options: ProgramOptions = { env: { HOME: home, XDG_RUNTIME_DIR: home }, user };
	const program = new Program('vlc', [...quiet, ...screen, url], options);
	const film = new Y4mReader();
	let at = 0;
	return {
		ended: program.ended,
		film() {
			at += readNew(path, at, film);
			return film;
		},
		get words() {
			return program.stderr;
		},
		async [Symbol.asyncDispose]() {
			await program[Symbol.asyncDispose]();
			rmSync(home, { recursive: true, force: true });
		},
	};
}

/** Hands on what the file has from `at` on; gives how many bytes that was. */
function readNew(path: string, at: number, film: Y4mReader): number {
	if (!existsSync(path)) return 0;
	const file = openSync(path, 'r');
	try {
		const chunk = Buffer.alloc(CHUNK);
		let total = 0;
		for (let read = -1; read !== 0; total += read) {
			read = readSync(file, chunk, 0, CHUNK, at + total);
			film.push(Buffer.from(chunk.subarray(0, read)));
		}
		return total;
	} finally {
		closeSync(file);
	}
}
