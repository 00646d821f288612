import type { Fields, Log } from '@oriel/base';
import { type Logger, pino } from 'pino';
import pretty from 'pino-pretty';

/** A log on stderr: JSON lines for machines, or lines for people. */
export function terminalLog(style: 'json' | 'pretty'): Log {
	const options = {
		base: null,
		timestamp: pino.stdTimeFunctions.isoTime,
		formatters: { level: (level: string) => ({ level }) },
	};
	const stream =
		style === 'json'
			? pino.destination({ dest: 2, sync: true })
			: pretty({ destination: 2, sync: true, translateTime: 'SYS:HH:MM:ss', ignore: 'pid,hostname', singleLine: true });
	return wrap(pino(options, stream));
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
