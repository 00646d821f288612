import { describe, expect, it } from 'vitest';
import type { Hub } from '../core/hub.ts';
import { memoryLimits } from '../memory/limits.ts';
import { Memory } from '../memory/memory.ts';
import { textOf } from './family.ts';
import { Metrics } from './metrics.ts';

/** The lines of a metric, its help left out. */
async function linesOf(metrics: Metrics, name: string): Promise<string[]> {
	const { body } = metrics.text();
	return body.split('\n').filter((line) => line.startsWith(name) || line === `# TYPE ${name}`);
}

describe('the text of a metric', () => {
	it('names its type, and puts labels in braces with what would end them escaped', () => {
		const samples = () => [
			{ labels: {}, value: 3 },
			{ labels: { kind: 'a"b\\c\nd', hop: 'x' }, value: 0.5 },
		];
		expect(textOf({ name: 'oriel_x', help: 'Some words', type: 'gauge', samples })).toBe(
			'# HELP oriel_x Some words\n# TYPE oriel_x gauge\noriel_x 3\noriel_x{kind="a\\"b\\\\c\\nd",hop="x"} 0.5\n',
		);
	});
});

describe('the metrics', () => {
	it('count ages into buckets of which each holds the ones before it', async () => {
		const metrics = new Metrics('1.2.3');
		for (const age of [-5, 10_000, 10_001, 70_000_000]) metrics.observeAge('viewer', age);
		const lines = await linesOf(metrics, 'oriel_frame_age_seconds');
		const of = (hop: string) => lines.filter((line) => line.includes(`hop="${hop}"`));
		expect(of('viewer')).toEqual([
			'oriel_frame_age_seconds_bucket{le="0.01",hop="viewer"} 2',
			'oriel_frame_age_seconds_bucket{le="0.025",hop="viewer"} 3',
			...['0.05', '0.1', '0.2', '0.4', '0.8', '1.5', '3', '6', '15', '60'].map(
				(bound) => `oriel_frame_age_seconds_bucket{le="${bound}",hop="viewer"} 3`,
			),
			'oriel_frame_age_seconds_bucket{le="+Inf",hop="viewer"} 4',
			expect.stringMatching(/^oriel_frame_age_seconds_sum\{hop="viewer"\} 70\.0199/),
			'oriel_frame_age_seconds_count{hop="viewer"} 4',
		]);
		expect(of('ingest')).toContain('oriel_frame_age_seconds_count{hop="ingest"} 0');
	});

	it('count by kind, and show a certificate only while there is one', async () => {
		const metrics = new Metrics('1.2.3');
		let notAfter: number | undefined;
		const hub = { cameras: [] } as unknown as Hub;
		const memory = new Memory(memoryLimits(1024), () => {});
		metrics.follow({ memory, hub, outputs: [], certificateEnds: () => notAfter });
		metrics.countFault('timer');
		metrics.countFault('timer');
		metrics.countRateLimited('publishers');
		expect(await linesOf(metrics, 'oriel_faults_total')).toEqual(['oriel_faults_total{kind="timer"} 2']);
		expect(await linesOf(metrics, 'oriel_rate_limited_total')).toEqual([
			'oriel_rate_limited_total{kind="publishers"} 1',
		]);
		const name = 'oriel_tls_certificate_expiry_timestamp_seconds';
		expect(await linesOf(metrics, name)).toEqual([]);
		notAfter = 1_800_000_000_500;
		expect(await linesOf(metrics, name)).toEqual([`${name} 1800000000.5`]);
	});

	it('show what Node tells of its process from the moment that it is followed', () => {
		const metrics = new Metrics('1.2.3');
		expect(metrics.text().body).not.toContain('nodejs_');
		metrics.followProcess();
		const { type, body } = metrics.text();
		expect(type).toBe('text/plain; version=0.0.4; charset=utf-8');
		expect(body).toContain('oriel_build_info{version="1.2.3"} 1\n');
		expect(body).toMatch(/\n\n# HELP process_cpu_user_seconds_total /);
		expect(body).toMatch(/^nodejs_eventloop_lag_seconds /m);
	});

	it('agree with what Node and the kernel tell of the process', () => {
		const metrics = new Metrics('1.2.3');
		metrics.followProcess();
		const { body } = metrics.text();
		const of = (name: string) => Number(new RegExp(`^${name} (.*)$`, 'm').exec(body)?.[1]);
		const { user, system } = process.cpuUsage();
		expect(of('process_cpu_seconds_total')).toBeGreaterThan(0);
		expect(of('process_cpu_seconds_total')).toBeLessThanOrEqual((user + system) / 1e6);
		expect(of('process_start_time_seconds')).toBeCloseTo(performance.timeOrigin / 1000, 0);
		const { heapTotal, heapUsed } = process.memoryUsage();
		expect(of('process_resident_memory_bytes')).toBeGreaterThan(heapTotal);
		expect(of('nodejs_heap_size_used_bytes') / heapUsed).toBeCloseTo(1, 0);
		if (process.platform === 'linux') {
			expect(of('process_open_fds')).toBeGreaterThan(3);
			expect(of('process_max_fds')).toBeGreaterThan(of('process_open_fds'));
		}
	});
});
