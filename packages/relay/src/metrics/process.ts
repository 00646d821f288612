import { readdirSync, readFileSync } from 'node:fs';
import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';
import type { Family } from './family.ts';

/** How finely the event loop’s lag is measured. The default of 10 ms would wake an idle process a hundred times a second. */
const LAG_PRECISION_MS = 250;
const NANOSECONDS = 1e9;
const MICROSECONDS = 1e6;

/** What is used of Node’s histogram of event loop delays, in nanoseconds. */
export type LagMonitor = Pick<IntervalHistogram, 'count' | 'mean' | 'min' | 'max' | 'percentile' | 'enable' | 'reset'>;

/** What Node and the kernel tell of this process, under the names that Prometheus’ client libraries use. */
export class ProcessMetrics {
	readonly #lag: LagMonitor;
	// Once: it must not move with the clock of the machine.
	readonly #startedAt = Date.now() / 1000 - process.uptime();

	constructor(lag: LagMonitor = monitorEventLoopDelay({ resolution: LAG_PRECISION_MS })) {
		this.#lag = lag;
		lag.enable();
	}

	/** Reads all of them. The event loop’s lag is that since the last time. */
	read(): Family[] {
		const lag = lagFamilies(this.#lag);
		this.#lag.reset();
		const startedAt = gauge(
			'process_start_time_seconds',
			'When the process started, in seconds since 1970',
			this.#startedAt,
		);
		return [...processorFamilies(), startedAt, ...memoryFamilies(), ...fileFamilies(), ...lag];
	}
}

function processorFamilies(): Family[] {
	const { user, system } = process.cpuUsage();
	const seconds = (name: string, help: string, micros: number) => one('counter', name, help, micros / MICROSECONDS);
	return [
		seconds('process_cpu_user_seconds_total', 'Processor time in the program', user),
		seconds('process_cpu_system_seconds_total', 'Processor time in the kernel', system),
		seconds('process_cpu_seconds_total', 'Processor time', user + system),
	];
}

function memoryFamilies(): Family[] {
	const { rss, heapTotal, heapUsed, external } = process.memoryUsage();
	return [
		gauge('process_resident_memory_bytes', 'Resident memory', rss),
		gauge('nodejs_heap_size_total_bytes', 'Heap of V8', heapTotal),
		gauge('nodejs_heap_size_used_bytes', 'Heap of V8 that is used', heapUsed),
		gauge('nodejs_external_memory_bytes', 'Memory of buffers and the like', external),
	];
}

/** On Linux alone. */
function fileFamilies(): Family[] {
	try {
		const [, most] = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
		return [
			// Without the one that reads the folder.
			gauge('process_open_fds', 'Open files and connections', readdirSync('/proc/self/fd').length - 1),
			...(most ? [gauge('process_max_fds', 'Open files and connections that are allowed', Number(most))] : []),
		];
	} catch {
		return [];
	}
}

function lagFamilies(lag: LagMonitor): Family[] {
	// A timer of this precision fires that much later when nothing is late.
	const late = (nanoseconds: number) => Math.max(0, nanoseconds / NANOSECONDS - LAG_PRECISION_MS / 1000);
	const family = (part: string, help: string, nanoseconds: number) =>
		gauge(`nodejs_eventloop_lag_${part}seconds`, help, lag.count === 0 ? 0 : late(nanoseconds));
	return [
		family('', 'Lag of the event loop, the mean', lag.mean),
		family('min_', 'Least lag of the event loop', lag.min),
		family('max_', 'Longest lag of the event loop', lag.max),
		...[50, 90, 99].map((percent) =>
			family(`p${percent}_`, `Lag of the event loop, percentile ${percent}`, lag.percentile(percent)),
		),
	];
}

function gauge(name: string, help: string, value: number): Family {
	return one('gauge', name, help, value);
}

function one(type: Family['type'], name: string, help: string, value: number): Family {
	return { name, help, type, samples: () => [{ labels: {}, value }] };
}
