import type { Micros } from '@oriel/base';
import type { Hub } from '../core/hub.ts';
import type { FaultKind } from '../errors/faults.ts';
import { type Memory, POOLS, type Pool } from '../memory/memory.ts';
import { Ages, type Hop } from './ages.ts';
import { cameraFamilies } from './cameras.ts';
import { type Family, textOf } from './family.ts';
import { ProcessMetrics } from './process.ts';
import { Tally } from './tally.ts';

const TEXT_FORMAT = 'text/plain; version=0.0.4; charset=utf-8';

/** Parts of a relay that count. */
export interface Followed {
	readonly memory: Memory;
	readonly hub: Hub;
	/** Names of the outputs. */
	readonly outputs: readonly string[];
	/** When the certificate ends, in milliseconds since 1970; undefined: there is none. */
	readonly certificateEnds: () => number | undefined;
}

/** The relay's metrics. Everything that the hub counts is read from it when they are asked for; only ages are gathered on the way. */
export class Metrics {
	readonly #families: Family[];
	readonly #ages = new Ages();
	/** What Node tells of its process. */
	#process: ProcessMetrics | undefined;

	/** A caller showed a credential that opens nothing. */
	readonly countAuthFailure: (kind: string) => void;
	readonly countRateLimited: (kind: string) => void;
	readonly countMemoryPassed: (pool: Pool) => void;
	readonly countFault: (kind: FaultKind) => void;

	constructor(version: string) {
		const authFailures = new Tally('oriel_auth_failures_total', 'Refused credentials', 'kind');
		const rateLimited = new Tally('oriel_rate_limited_total', 'Tries refused because there had been too many', 'kind');
		const memoryPassed = new Tally(
			'oriel_memory_limited_total',
			'Connections that were ended, and groups of frames that were shortened, because a pool of memory was full',
			'pool',
		);
		const faults = new Tally(
			'oriel_faults_total',
			'Faults inside the relay that were kept from spreading; the log has the words',
			'kind',
		);
		this.countAuthFailure = authFailures.count;
		this.countRateLimited = rateLimited.count;
		this.countMemoryPassed = memoryPassed.count;
		this.countFault = faults.count;
		const build = gauge('oriel_build_info', 'Always 1', () => [{ labels: { version }, value: 1 }]);
		this.#families = [build, this.#ages, authFailures, rateLimited, memoryPassed, faults];
	}

	/** A picture was this old at that place. */
	observeAge(hop: Hop, age: Micros): void {
		this.#ages.observe(hop, age);
	}

	/** Shows what Node tells of its process. To be called once. */
	followProcess(): void {
		this.#process = new ProcessMetrics();
	}

	/** Shows what a relay's parts count. To be called once. */
	follow({ memory, hub, outputs, certificateEnds }: Followed): void {
		const held = () => POOLS.map((pool) => ({ labels: { pool }, value: memory[pool].used }));
		const ends = () => {
			const end = certificateEnds();
			return end === undefined ? [] : [{ labels: {}, value: end / 1000 }];
		};
		this.#families.push(
			gauge('oriel_memory_held_bytes', 'Bytes that are held in each pool', held),
			gauge(
				'oriel_tls_certificate_expiry_timestamp_seconds',
				'When the certificate that is shown ends, in seconds since 1970',
				ends,
			),
			...cameraFamilies(hub, outputs),
		);
	}

	/** Prometheus text format, version 0.0.4. */
	text(): { type: string; body: string } {
		const families = [...this.#families, ...(this.#process?.read() ?? [])];
		return { type: TEXT_FORMAT, body: families.map(textOf).join('\n') };
	}
}

function gauge(name: string, help: string, samples: Family['samples']): Family {
	return { name, help, type: 'gauge', samples };
}
