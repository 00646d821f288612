import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A board with its system, as it comes from the shop. */
export type Board = 'ok' | 'pi5' | 'pi5-old' | 'pi5-lite' | 'bullseye' | 'bullseye-2021' | 'legacy' | 'usb';

export const BOARDS: readonly Board[] = [
	'ok',
	'pi5',
	'pi5-old',
	'pi5-lite',
	'bullseye',
	'bullseye-2021',
	'legacy',
	'usb',
];

/** What the camera programs of a board are. */
export interface Tools {
	/** Of rpicam-apps; undefined: built before there were numbers. */
	readonly version: readonly [number, number, number] | undefined;
	/** As it is in the first line of `--version`. */
	readonly build: string;
	readonly libcamera: string;
	readonly libav: boolean;
	readonly pipeline: 'vc4' | 'pisp';
}

const TOOLS: Readonly<Record<Board, Tools>> = {
	ok: tools([1, 9, 0], 'v1.9.0 0a1b2c3d4e5f 20-08-2025 (12:00:00)', 'v0.5.2+99-bfd68f78', true, 'vc4'),
	pi5: tools([1, 9, 0], 'v1.9.0 0a1b2c3d4e5f 20-08-2025 (12:00:00)', 'v0.5.2+99-bfd68f78', true, 'pisp'),
	'pi5-old': tools([1, 4, 1], 'v1.4.1 7b2ab2b4b5f1 18-01-2024 (09:00:00)', 'v0.1.0+117-99b177b3', true, 'pisp'),
	'pi5-lite': tools([1, 6, 0], 'v1.6.0 025ca84648c9 03-02-2025 (16:21:04)', 'v0.4.0+53-29156679', false, 'pisp'),
	bullseye: tools([1, 2, 1], 'v1.2.1 aa2cdbb4ef18 17-07-2023 (12:00:00)', 'v0.0.5+83-bde9b04f', false, 'vc4'),
	'bullseye-2021': tools(undefined, '2a38ae93f143 21-10-2021 (14:49:17)', 'v0.0.0+3156-f4070274', false, 'vc4'),
	legacy: tools([1, 2, 1], 'v1.2.1 aa2cdbb4ef18 17-07-2023 (12:00:00)', 'v0.0.5+83-bde9b04f', false, 'vc4'),
	usb: tools([1, 9, 0], 'v1.9.0 0a1b2c3d4e5f 20-08-2025 (12:00:00)', 'v0.5.2+99-bfd68f78', true, 'vc4'),
};

function tools(
	version: Tools['version'],
	build: string,
	libcamera: string,
	libav: boolean,
	pipeline: Tools['pipeline'],
): Tools {
	return { version, build, libcamera, libav, pipeline };
}

/** What FAKECAM says: a board, and what goes wrong, e.g. `pi5,stall@20`. */
export class Scenario {
	readonly board: Board;
	readonly #tricks: ReadonlyMap<string, number>;
	readonly #folder: string | undefined;

	/** Throws for a word that means nothing. `folder` keeps what outlives a program. */
	constructor(words: string, folder?: string) {
		const parts = words.split(',').filter((word) => word !== '');
		this.board = BOARDS.find((board) => parts.includes(board)) ?? 'ok';
		this.#folder = folder;
		this.#tricks = new Map(
			parts.filter((part) => !(BOARDS as readonly string[]).includes(part)).map((part) => trickOf(part)),
		);
	}

	/** As the environment has it; a file `scenario` in FAKECAM_FOLDER comes before FAKECAM, for changes while others run. */
	static ofEnvironment(env: NodeJS.ProcessEnv): Scenario {
		const folder = env.FAKECAM_FOLDER;
		const file = folder === undefined ? undefined : join(folder, 'scenario');
		const words = file !== undefined && existsSync(file) ? readFileSync(file, 'utf8').trim() : (env.FAKECAM ?? 'ok');
		return new Scenario(words, folder);
	}

	get tools(): Tools {
		return TOOLS[this.board];
	}

	has(trick: string): boolean {
		return this.#tricks.has(trick);
	}

	/** The picture at which it happens, from 0; undefined: never. */
	at(trick: string): number | undefined {
		return this.#tricks.get(trick);
	}

	/** How often this was asked before, by any program with the same folder. */
	timesBefore(what: string): number {
		if (this.#folder === undefined) return 0;
		const path = join(this.#folder, `times-${what}`);
		const before = existsSync(path) ? Number(readFileSync(path, 'utf8')) : 0;
		writeFileSync(path, String(before + 1));
		return before;
	}
}

const TRICKS: ReadonlySet<string> = new Set([
	'nocam',
	'busy',
	'busy-then-ok',
	'permission',
	'cma',
	'frontend-timeout',
	'stall',
	'die',
	'slow-start',
	'garbage-prefix',
	'truncated',
	'no-dht',
	'padded',
	'thumbnails',
	'sps-change',
	'no-inline',
	'bframes',
	'stderr-flood',
	'fill',
	'ignore-sigint',
	'd-state',
	'unplugged',
	'unplug',
	'sensor-dead',
]);

function trickOf(part: string): [string, number] {
	const [name = '', at = '0'] = part.split('@');
	if (!TRICKS.has(name) || !/^\d+$/.test(at)) throw new Error(`FAKECAM knows no "${part}"`);
	return [name, Number(at)];
}
