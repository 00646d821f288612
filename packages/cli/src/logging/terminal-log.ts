import type { Fields, Log } from '@oriel/base';
import { type Logger, pino } from 'pino';
import { prettyFactory } from 'pino-pretty';
import { openChannel } from './channel.ts';
import { Output, type OutputOptions } from './output.ts';

/** Where a command's words go. */
export interface Terminal {
	/** Lines on standard error: JSON for machines, or text for people. */
	readonly log: Log;
	/** Text on standard error, behind the lines of the log. */
	complain(text: string): void;
	/** Text on standard output. */
	print(text: string): void;
	/** Hands over what waits; for the end of the process. */
	flush(): void;
}

/** Standard output and standard error, neither of which ever stops the process: see `Output`. */
export function openTerminal(style: 'json' | 'pretty'): Terminal {
	const later: OutputOptions['later'] = (delay, action) => setTimeout(action, delay).unref();
	const errors = new Output({
		channel: openChannel(2),
		later,
		resumed: (lines) => log.warn('lines of the log were dropped: its reader did not read', { lines }),
	});
	const results = new Output({
		channel: openChannel(1),
		later,
		resumed: (lines) => log.warn('lines of the output were dropped: its reader did not read', { lines }),
	});
	const log = logOn(errors, style);
	return {
		log,
		complain: (text) => errors.write(text),
		print: (text) => results.write(text),
		flush() {
			results.flush();
			errors.flush();
		},
	};
}

/** A log whose lines go to `output`. */
export function logOn(output: Pick<Output, 'write'>, style: 'json' | 'pretty'): Log {
	const prettify = prettyFactory({ translateTime: 'SYS:HH:MM:ss', ignore: 'pid,hostname', singleLine: true });
	const write = (line: string) => output.write(style === 'json' ? line : (prettify(line) ?? ''));
	const options = {
		base: null,
		timestamp: pino.stdTimeFunctions.isoTime,
		formatters: { level: (level: string) => ({ level }) },
	};
	return wrap(pino(options, { write }));
}

function wrap(logger: Logger): Log {
	return {
		debug: (words, fields: Fields = {}) => logger.debug(fields, words),
		info: (words, fields: Fields = {}) => logger.info(fields, words),
		warn: (words, fields: Fields = {}) => logger.warn(fields, words),
		error: (words, fields: Fields = {}) => logger.error(fields, words),
		with: (fields) => wrap(logger.child(fields)),
	};
}
