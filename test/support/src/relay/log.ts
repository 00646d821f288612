import type { Log } from '@oriel/base';

/** A log that keeps its warnings and errors, as `warn: words`. */
export class KeptLog implements Log {
	readonly lines: string[] = [];
	readonly infos: string[] = [];
	debug(): void {}

	info(words: string): void {
		this.infos.push(words);
	}

	warn(words: string): void {
		this.lines.push(`warn: ${words}`);
	}

	error(words: string): void {
		this.lines.push(`error: ${words}`);
	}

	with(): Log {
		return this;
	}
}
