import type { Fields, Log } from '@oriel/base';
import { type Logger, pino } from 'pino';
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
export async function openTerminal(style: 'json' | 'pretty'): Promise<Terminal> {
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
	const log = await logOn(errors, style);
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
export async function logOn(output: Pick<Output, 'write'>, style: 'json' | 'pretty'): Promise<Log> {
	const format = style === 'json' ? (line: string) => line : await prettyFormat();
	const write = (line: string) => output.write(format(line));
	const options = {
		base: null,
		timestamp: pino.stdTimeFunctions.isoTime,
		formatters: { level: (level: string) => ({ level }) },
	};
	return wrap(pino(options, { write }));
}

/** Services write JSON, and should not wait until the rest is loaded. */
async function prettyFormat(): Promise<(line: string) => string> {
	const { prettyFactory } = await import('pino-pretty');
	const prettify = prettyFactory({ translateTime: 'SYS:HH:MM:ss', ignore: 'pid,hostname', singleLine: true });
	return (line) => prettify(line) ?? '';
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
