import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { reasonOf, systemCode } from '@oriel/base';
import { CONTROL_NAME, MAX_CONTROLS } from '@oriel/protocol';

/** A value that was chosen on the page, and the one that the camera had before. */
export interface Choice {
	readonly value: number;
	readonly before: number;
}

export type Choices = ReadonlyMap<string, Choice>;

/** Keeps what was chosen over restarts of the agent. */
export interface SettingsStore {
	/** What was kept; nothing if nothing was, or it cannot be read. */
	load(): Choices;
	/** Throws if it cannot be written. */
	save(choices: Choices): void;
}

/** Forgets everything with the process. */
export const FORGET_SETTINGS: SettingsStore = { load: () => new Map(), save: () => undefined };

/** A longer file is not ours. */
const MAX_FILE_BYTES = 64 * 1024;

/** Keeps it in a file that this user alone can read. It holds names and numbers, nothing else; removing it is fine. */
export function settingsFile(path: string, warn: (words: string) => void): SettingsStore {
	return {
		load() {
			try {
				if (statSync(path).size > MAX_FILE_BYTES) throw new Error(`it has over ${MAX_FILE_BYTES} bytes`);
				return choicesIn(JSON.parse(readFileSync(path, 'utf8')));
			} catch (failure) {
				if (systemCode(failure) !== 'ENOENT') warn(`cannot read ${path}: ${reasonOf(failure)}; it is left out`);
				return new Map();
			}
		},
		save(choices) {
			if (choices.size === 0) {
				rmSync(path, { force: true });
				return;
			}
			const folder = dirname(path);
			mkdirSync(folder, { recursive: true, mode: 0o700 });
			const draft = join(folder, `.${randomBytes(6).toString('hex')}.tmp`);
			const content = { format: 1, choices: Object.fromEntries(choices) };
			writeFileSync(draft, `${JSON.stringify(content, null, '\t')}\n`, { mode: 0o600, flag: 'wx' });
			renameSync(draft, path);
		},
	};
}

function choicesIn(content: unknown): Choices {
	const { format, choices } = (content ?? {}) as { format?: unknown; choices?: unknown };
	if (format !== 1 || typeof choices !== 'object' || choices === null) throw new Error('it is not of this program');
	const good = Object.entries(choices).filter((entry): entry is [string, Choice] => {
		const [name, choice] = entry;
		return CONTROL_NAME.test(name) && Number.isFinite(choice?.value) && Number.isFinite(choice?.before);
	});
	return new Map(good.slice(0, MAX_CONTROLS).map(([name, { value, before }]) => [name, { value, before }]));
}
