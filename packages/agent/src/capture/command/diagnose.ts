import { type Finding, onOneLine } from '../../detect/findings/finding.ts';
import { MESSAGES } from '../../detect/findings/messages.ts';
import type { Again } from '../../errors/source-error.ts';
import type { Diagnosis, Ending, Evidence } from './command.ts';

/** A sign in a program's words, and what it means. */
export interface Trouble {
	readonly sign: RegExp;
	/** A class, e.g. `busy`. */
	readonly trouble: string;
	/** What to say. `line` is the one with the sign in it. */
	readonly say: (line: string) => string | Finding;
	/** Default: `soon`. */
	readonly again?: Again;
	/** Only if the program brought no pictures. */
	readonly onlyAtStart?: boolean;
}

/** Longest piece of a program's own words in a message. */
const MAX_QUOTE_LENGTH = 200;
/** Programs repeat the address that they were given, with what is secret in it. */
const LOGIN_IN_URL = /\/\/[^/\s@]*@/g;
const QUERY_IN_URL = /(:\/\/[^\s?]*\?)[^\s:]+/g;

/** What a program's end means: the first row of `table` whose sign is in its words, or else how it ended. */
export function diagnose(table: readonly Trouble[], what: string, evidence: Evidence): Diagnosis {
	const words = evidence.words.map((line) => line.replace(LOGIN_IN_URL, '//***@').replace(QUERY_IN_URL, '$1***'));
	if (evidence.ending.how === 'missing') return missing(what);
	for (const { sign, trouble, say, again = 'soon', onlyAtStart } of table) {
		if (onlyAtStart && evidence.pictures > 0) continue;
		const line = words.find((word) => sign.test(word));
		if (line === undefined) continue;
		const said = say(line);
		return { trouble, message: typeof said === 'string' ? said : onOneLine(said), again };
	}
	return byEnding(evidence.ending, what, words, evidence.pictures);
}

function missing(program: string): Diagnosis {
	return { trouble: 'program-missing', message: onOneLine(MESSAGES.programMissing(program)), again: 'later' };
}

function byEnding(ending: Ending, what: string, words: readonly string[], pictures: number): Diagnosis {
	const last = lastWords(words);
	switch (ending.how) {
		case 'missing':
			return missing(what);
		case 'no-first-picture': {
			const seconds = Math.round(ending.afterMs / 1000);
			return {
				trouble: 'no-picture',
				message: `${what} runs, but brought no picture in ${seconds} s${last}`,
				again: 'soon',
			};
		}
		case 'stalled': {
			const seconds = Math.round(ending.afterMs / 1000);
			return { trouble: 'stalled', message: `${what} has brought no picture for ${seconds} s${last}`, again: 'soon' };
		}
		case 'too-much-memory': {
			const megabytes = Math.round(ending.bytes / 1_000_000);
			return { trouble: 'too-much-memory', message: `${what} grew to ${megabytes} MB and was ended`, again: 'soon' };
		}
		case 'exited': {
			const how = ending.signal === undefined ? `code ${ending.code ?? 'unknown'}` : `signal ${ending.signal}`;
			const after = pictures > 0 ? `after ${pictures} pictures` : 'without a picture';
			const trouble = ending.signal === 'SIGABRT' || ending.code === 134 ? 'crashed' : 'ended';
			return { trouble, message: `${what} ended (${how}) ${after}${last}`, again: 'soon' };
		}
	}
}

/** The line that most likely tells why. */
function lastWords(words: readonly string[]): string {
	const filled = words.filter((line) => line.trim() !== '').reverse();
	const line = filled.find((word) => /error|fail|cannot|unable|invalid/i.test(word)) ?? filled[0];
	return line === undefined ? '' : `: ${line.trim().slice(0, MAX_QUOTE_LENGTH)}`;
}
