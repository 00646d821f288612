import { basename } from 'node:path';
import { UNKNOWN_STALL_MS } from '@oriel/base';
import type { Command, Diagnosis, Evidence, ExitStatus } from '../../capture/command/command.ts';
import { AgentError } from '../../errors/agent-error.ts';
import { splitWords } from './split-words.ts';

/** A word that only a shell would understand. */
const SHELL_WORDS: ReadonlySet<string> = new Set(['|', '||', '&', '&&', ';', '>', '>>', '<', '2>', '2>&1']);

/**
 * A command that the owner has typed, whose standard output is JPEGs, H.264 or FLV, or what `v4l2-ctl --stream-to-hdr=-`
 * writes. It is split as `splitWords` says; no shell reads it. Throws AgentError `bad-source`.
 */
export function execCommand(text: string): Command {
	const [program, ...args] = wordsOf(text);
	if (program === undefined || program === '') {
		throw new AgentError('bad-source', 'the source exec: names no program; expected exec:PROGRAM ARGUMENTS');
	}
	const name = basename(program);
	return {
		// The arguments may hold a password.
		description: `program ${name}`,
		program,
		arguments: args,
		environment: { LIBCAMERA_LOG_NO_COLOR: '1', LIBCAMERA_LOG_COLOR: 'no' },
		output: args.some((argument) => argument.startsWith('--stream-to-hdr')) ? 'rdhv' : 'stream',
		firstPictureMs: UNKNOWN_STALL_MS,
		stallMs: 'own-pace',
		diagnose: (evidence) => diagnose(name, evidence),
	};
}

function wordsOf(text: string): string[] {
	const words = splitWords(text);
	if (!words) throw new AgentError('bad-source', 'in the source exec: a quotation mark is not closed');
	const [foreign] = words.filter(({ isQuoted, word }) => !isQuoted && SHELL_WORDS.has(word));
	if (foreign) {
		const advice = 'put the command into a script and name that';
		throw new AgentError(
			'bad-source',
			`no shell reads the source exec:, so "${foreign.word}" means nothing; ${advice}`,
		);
	}
	return words.map(({ word }) => word);
}

function diagnose(name: string, { exit, words, pictures }: Evidence): Diagnosis {
	const last = words.at(-1);
	const said = last === undefined ? '' : `; its last words: ${withoutLogin(last).slice(0, 200)}`;
	return { fault: exit.how, message: `${what(name, exit, pictures)}${said}`, again: 'soon' };
}

function what(name: string, exit: ExitStatus, pictures: number): string {
	switch (exit.how) {
		case 'missing':
			return `there is no program ${name} that this user may run`;
		case 'exited': {
			const how = exit.signal ? `was ended by ${exit.signal}` : `ended with code ${exit.code}`;
			return `${name} ${how} after ${pictures} pictures`;
		}
		case 'no-first-picture':
			return `${name} has brought no picture in ${exit.afterMs / 1000} s`;
		case 'stalled':
			return `${name} has brought no further picture for ${exit.afterMs / 1000} s`;
		case 'too-much-memory':
			return `${name} took ${Math.round(exit.bytes / 1e6)} MB of memory and was ended`;
	}
}

/** Programs repeat the address that they were given. */
function withoutLogin(words: string): string {
	return words.replace(/\/\/[^/\s@]*@/g, '//***@');
}
