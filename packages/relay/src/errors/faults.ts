import { type Log, reasonOf } from '@oriel/base';

/** Where a fault was stopped. `disk` is the machine's; all others are defects of the relay. */
export type FaultKind = 'request' | 'socket' | 'timer' | 'observer' | 'uncaught' | 'disk';

/** Notes a fault inside the relay that was kept from spreading: one line in the log and one in the metrics. */
export type ReportFault = (kind: FaultKind, thrown: unknown, fields?: { readonly [name: string]: string }) => void;

const WORDS: Readonly<Record<FaultKind, string>> = {
	request: 'a request failed',
	socket: 'a connection failed',
	timer: 'a timer failed',
	observer: 'an observer failed',
	uncaught: 'an exception was not caught',
	disk: 'the data directory cannot be written',
};

/** Reports faults to `log` and to `count`. */
export function faultReporter(log: Log, count: (kind: FaultKind) => void): ReportFault {
	return (kind, thrown, fields = {}) => {
		count(kind);
		log.error(WORDS[kind], { ...fields, reason: reasonOf(thrown), ...stackOf(kind, thrown) });
	};
}

/** Nothing else tells where an uncaught exception came from. For the log alone: a peer never sees a stack. */
function stackOf(kind: FaultKind, thrown: unknown): { readonly stack?: string } {
	return kind === 'uncaught' && thrown instanceof Error && thrown.stack ? { stack: thrown.stack } : {};
}
