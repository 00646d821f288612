/** What a log line may carry beside its words. */
export type Fields = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** Where a part of Oriel says what happened. Library code never prints: it is handed one of these. */
export interface Log {
	debug(words: string, fields?: Fields): void;
	info(words: string, fields?: Fields): void;
	warn(words: string, fields?: Fields): void;
	error(words: string, fields?: Fields): void;
	/** A log whose every line carries `fields` too. */
	with(fields: Fields): Log;
}

/** A log that forgets everything. */
export const silentLog: Log = {
	debug() {},
	info() {},
	warn() {},
	error() {},
	with: () => silentLog,
};
