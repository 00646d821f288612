import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT } from '../program.ts';
import type { Board } from './scenario.ts';

/** The programs that a board comes with. `stdbuf` and the like are the real ones. */
const INSTALLED: Readonly<Record<Board, readonly string[]>> = {
	ok: ['rpicam-vid', 'v4l2-ctl', 'vcgencmd'],
	pi5: ['rpicam-vid', 'v4l2-ctl', 'vcgencmd'],
	'pi5-old': ['rpicam-vid', 'libcamera-vid', 'v4l2-ctl', 'vcgencmd'],
	'pi5-lite': ['rpicam-vid', 'libcamera-vid', 'v4l2-ctl', 'vcgencmd'],
	bullseye: ['libcamera-vid', 'v4l2-ctl', 'vcgencmd'],
	'bullseye-2021': ['libcamera-vid', 'v4l2-ctl', 'vcgencmd'],
	legacy: ['raspivid', 'v4l2-ctl', 'vcgencmd'],
	usb: ['v4l2-ctl'],
};

/** Fake camera programs in a folder of their own. */
export class FakePrograms implements Disposable {
	/** With the programs in it, and with what they remember. */
	readonly folder: string;
	readonly #board: Board;

	/** Installs what `board` comes with. They run what is compiled: `npm run build` first, as `npm test` does. */
	constructor(board: Board) {
		this.#board = board;
		this.folder = mkdtempSync(join(tmpdir(), 'oriel-fakes-'));
		const main = pathToFileURL(join(ROOT, 'test/support/dist/fake-camera/main.js')).href;
		for (const name of INSTALLED[board]) {
			const script = `#!${process.execPath}\nimport('${main}').then(({ main }) => main('${name}'));\n`;
			writeFileSync(join(this.folder, name), script);
			chmodSync(join(this.folder, name), 0o755);
		}
	}

	/** For a process that is to find them first on its PATH. `tricks`: what goes wrong, e.g. `stall@20`. */
	environment(...tricks: readonly string[]): Record<string, string> {
		return {
			PATH: [this.folder, process.env.PATH ?? ''].join(delimiter),
			FAKECAM: [this.#board, ...tricks].join(','),
			FAKECAM_FOLDER: this.folder,
		};
	}

	/** What was called so far: names with their arguments, oldest first. */
	get calls(): readonly (readonly string[])[] {
		const path = join(this.folder, 'calls.jsonl');
		const lines = existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n') : [];
		return lines.map((line) => JSON.parse(line) as string[]);
	}

	/** The USB camera is pulled out, or put back, while programs run. */
	plug(isIn: boolean): void {
		const path = join(this.folder, 'unplugged');
		if (isIn) rmSync(path, { force: true });
		else writeFileSync(path, '');
	}

	[Symbol.dispose](): void {
		rmSync(this.folder, { recursive: true, force: true });
	}
}
