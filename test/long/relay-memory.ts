import { readFileSync } from 'node:fs';
import { metricIn, metricsOf } from '@oriel/testing/metrics';
import { residentBytes } from '@oriel/testing/processes';
import type { RelayProcess } from '@oriel/testing/relay-process';
import { until } from '@oriel/testing/until';

const mib = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MiB`;

/** What the memory of a relay consists of, in words. */
export async function memoryInWords({ port, program }: RelayProcess, from: string): Promise<string> {
	const metrics = await metricsOf(port, from);
	const of = (name: string) => mib(metricIn(metrics, name));
	const smaps = readFileSync(`/proc/${program.pid}/smaps`, 'utf8');
	const [, heap = '0'] = /\[heap\]\nSize:.*\n(?:.*\n)*?Rss:\s+(\d+) kB/.exec(smaps) ?? [];
	const words = [
		`V8 ${of('nodejs_heap_size_total_bytes')} (${of('nodejs_heap_size_used_bytes')} used)`,
		`external ${of('nodejs_external_memory_bytes')}`,
		`malloc ${mib(Number(heap) * 1024)}`,
	];
	return `${of('process_resident_memory_bytes')}: ${words.join(', ')}`;
}

/** Environment of a relay that collects garbage when it is told to. */
export const COLLECTS = { NODE_OPTIONS: `--import=${new URL('collect.mjs', import.meta.url)}` };

/** Between two collections, and how long memory stays as it is once it has settled. */
const COLLECT_EVERY_MS = 2000;
const SETTLED_MS = 20_000;
const SETTLED = 0.99;
const PATIENCE_MS = 300_000;

/** The least memory of a relay in bytes, while it collects garbage, once that does not shrink any more. */
export async function settledBytes(relay: RelayProcess): Promise<number> {
	let least = Number.POSITIVE_INFINITY;
	let since = performance.now();
	await whileItCollects(relay, 'settle', (bytes) => {
		if (bytes < least * SETTLED) [least, since] = [bytes, performance.now()];
		return performance.now() - since > SETTLED_MS;
	});
	return least;
}

/** Resolves when a relay, while it collects garbage, has no more memory than `most` bytes. */
export function shrinksTo(relay: RelayProcess, most: number): Promise<true> {
	return whileItCollects(relay, `be ${mib(most)} at most`, (bytes) => bytes <= most);
}

async function whileItCollects(
	{ program }: RelayProcess,
	what: string,
	look: (bytes: number) => boolean,
): Promise<true> {
	let collected = Number.NEGATIVE_INFINITY;
	return until(
		`the memory of the relay to ${what}`,
		() => {
			if (performance.now() - collected > COLLECT_EVERY_MS) {
				program.kill('SIGUSR2');
				collected = performance.now();
			}
			return look(residentBytes(program.pid));
		},
		PATIENCE_MS,
	);
}

/** Seconds of processor time that a process has spent, all threads. */
export function processorSeconds(pid: number): number {
	const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
	return (Number(fields[11]) + Number(fields[12])) / 100;
}
