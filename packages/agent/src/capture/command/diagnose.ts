import { type Finding, onOneLine } from '../../detect/findings/finding.ts';
import { MESSAGES } from '../../detect/findings/messages.ts';
import type { Again } from '../../errors/source-error.ts';
import type { Diagnosis, Evidence, ExitStatus } from './command.ts';

/** A sign in a program's words, and what it means. */
export interface DiagnosisRule {
	readonly sign: RegExp;
	/** A class, e.g. `busy`. */
	readonly fault: string;
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
export function diagnose(table: readonly DiagnosisRule[], what: string, evidence: Evidence): Diagnosis {
	const words = evidence.words.map((line) => line.replace(LOGIN_IN_URL, '//***@').replace(QUERY_IN_URL, '$1***'));
	if (evidence.exit.how === 'missing') return missing(what);
	for (const { sign, fault, say, again = 'soon', onlyAtStart } of table) {
		if (onlyAtStart && evidence.pictures > 0) continue;
		const line = words.find((word) => sign.test(word));
		if (line === undefined) continue;
		const said = say(line);
		return { fault, message: typeof said === 'string' ? said : onOneLine(said), again };
	}
	return byExit(evidence.exit, what, words, evidence.pictures);
}

function missing(program: string): Diagnosis {
	return { fault: 'program-missing', message: onOneLine(MESSAGES.programMissing(program)), again: 'later' };
}

function byExit(exit: ExitStatus, what: string, words: readonly string[], pictures: number): Diagnosis {
	const last = lastWords(words);
	switch (exit.how) {
		case 'missing':
			return missing(what);
		case 'no-first-picture': {
			const seconds = Math.round(exit.afterMs / 1000);
			return {
				fault: 'no-picture',
				message: `${what} runs, but brought no picture in ${seconds} s${last}`,
				again: 'soon',
			};
		}
		case 'stalled': {
			const seconds = Math.round(exit.afterMs / 1000);
			return { fault: 'stalled', message: `${what} has brought no picture for ${seconds} s${last}`, again: 'soon' };
		}
		case 'too-much-memory': {
			const megabytes = Math.round(exit.bytes / 1_000_000);
			return { fault: 'too-much-memory', message: `${what} grew to ${megabytes} MB and was ended`, again: 'soon' };
		}
		case 'exited': {
			const how = exit.signal === undefined ? `code ${exit.code ?? 'unknown'}` : `signal ${exit.signal}`;
			const after = pictures > 0 ? `after ${pictures} pictures` : 'without a picture';
			const fault = exit.signal === 'SIGABRT' || exit.code === 134 ? 'crashed' : 'ended';
			return { fault, message: `${what} ended (${how}) ${after}${last}`, again: 'soon' };
		}
	}
}

/** The line that most likely tells why. */
function lastWords(words: readonly string[]): string {
	const filled = words.filter((line) => line.trim() !== '').reverse();
	const line = filled.find((word) => /error|fail|cannot|unable|invalid/i.test(word)) ?? filled[0];
	return line === undefined ? '' : `: ${line.trim().slice(0, MAX_QUOTE_LENGTH)}`;
}
