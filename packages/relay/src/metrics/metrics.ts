import type { Micros } from '@oriel/base';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { FaultKind } from '../errors/faults.ts';
import type { Camera } from '../hub/camera.ts';
import type { Hub } from '../hub/hub.ts';
import type { Transport } from '../hub/viewer.ts';
import { type Memory, POOLS, type Pool } from '../memory/memory.ts';

/** Upper bounds in seconds: from one picture on a local network to a queue that nobody should have. */
const AGE_BUCKETS = [0.01, 0.025, 0.05, 0.1, 0.2, 0.4, 0.8, 1.5, 3, 6, 15, 60];

/** How finely the event loop’s lag is measured. The default of 10 ms would wake an idle process a hundred times a second. */
const LAG_PRECISION_MS = 250;

const TRANSPORTS: readonly Transport[] = ['mjpeg', 'live', 'mp4', 'snapshot'];

type Totals = (camera: Camera) => Iterable<readonly [labels: Record<string, string>, value: number]>;

/** The relay's metrics. Everything that the hub counts is read from it when somebody asks; only ages are gathered on the way. */
export class Metrics {
	readonly #registry = new Registry();
	/** Kept, for to look a label up costs more than to count, and this is done for every picture. */
	readonly #ages: Readonly<Record<'ingest' | 'viewer', Histogram.Internal<'hop'>>>;
	readonly #authFailures: Counter<'kind'>;
	readonly #rateLimited: Counter<'kind'>;
	readonly #faults: Counter<'kind'>;
	readonly #memoryPassed: Counter<'pool'>;

	constructor(version: string) {
		const registers = [this.#registry];
		collectDefaultMetrics({ register: this.#registry, eventLoopMonitoringPrecision: LAG_PRECISION_MS });
		new Gauge({ name: 'oriel_build_info', help: 'Always 1', labelNames: ['version'], registers }).set({ version }, 1);
		const age = new Histogram({
			name: 'oriel_frame_age_seconds',
			help: 'Age of pictures: ingest, when a picture has arrived at the relay; viewer, when one has been shown',
			labelNames: ['hop'],
			buckets: AGE_BUCKETS,
			registers,
		});
		this.#ages = { ingest: age.labels('ingest'), viewer: age.labels('viewer') };
		this.#authFailures = new Counter({
			name: 'oriel_auth_failures_total',
			help: 'Refused credentials',
			labelNames: ['kind'],
			registers,
		});
		this.#rateLimited = new Counter({
			name: 'oriel_rate_limited_total',
			help: 'Tries refused because there had been too many',
			labelNames: ['kind'],
			registers,
		});
		this.#memoryPassed = new Counter({
			name: 'oriel_memory_limited_total',
			help: 'Connections that were ended, and groups of frames that were shortened, because a pool of memory was full',
			labelNames: ['pool'],
			registers,
		});
		this.#faults = new Counter({
			name: 'oriel_faults_total',
			help: 'Faults inside the relay that were kept from spreading; the log has the words',
			labelNames: ['kind'],
			registers,
		});
	}

	/** Shows what is held in each pool of memory. To be called once. */
	followMemory(memory: Memory): void {
		new Gauge({
			name: 'oriel_memory_held_bytes',
			help: 'Bytes that are held in each pool',
			labelNames: ['pool'],
			registers: [this.#registry],
			collect() {
				for (const pool of POOLS) this.set({ pool }, memory[pool].used);
			},
		});
	}

	/** A picture was this old at that place. */
	readonly observeAge = (hop: 'ingest' | 'viewer', age: Micros): void => {
		this.#ages[hop].observe(age / 1_000_000);
	};

	/** Somebody showed a credential that opens nothing. */
	readonly countAuthFailure = (kind: string): void => {
		this.#authFailures.inc({ kind });
	};

	readonly countRateLimited = (kind: string): void => {
		this.#rateLimited.inc({ kind });
	};

	readonly countMemoryPassed = (pool: Pool): void => {
		this.#memoryPassed.inc({ pool });
	};

	readonly countFault = (kind: FaultKind): void => {
		this.#faults.inc({ kind });
	};

	/** Shows when the certificate ends, in milliseconds since 1970; nothing while there is none. To be called once. */
	followCertificate(notAfter: () => number | undefined): void {
		new Gauge({
			name: 'oriel_tls_certificate_expiry_timestamp_seconds',
			help: 'When the certificate that is shown ends, in seconds since 1970',
			registers: [this.#registry],
			collect() {
				const end = notAfter();
				if (end === undefined) this.remove();
				else this.set(end / 1000);
			},
		});
	}

	/** Prometheus text format, version 0.0.4. */
	async text(): Promise<{ type: string; body: string }> {
		return { type: this.#registry.contentType, body: await this.#registry.metrics() };
	}

	/** Shows what is counted of each camera of `hub`. To be called once. */
	followCameras(hub: Hub): void {
		const gauge = this.#family(hub, Gauge);
		const counter = this.#family(hub, Counter);
		const byTransport = (value: (camera: Camera, transport: Transport) => number): Totals => {
			return (camera) => TRANSPORTS.map((transport) => [{ transport }, value(camera, transport)]);
		};

		gauge('oriel_camera_up', 'Whether pictures are coming', [], ({ condition }) => [
			[{}, condition.state === 'live' ? 1 : 0],
		]);
		counter('oriel_ingest_frames_total', 'Pictures received', [], ({ counters }) => [[{}, counters.frames]]);
		counter('oriel_ingest_bytes_total', 'Bytes of pictures received', [], ({ counters }) => [[{}, counters.bytes]]);
		counter('oriel_ingest_reconnects_total', 'Streams after the first', [], ({ counters }) => [
			[{}, counters.reconnects],
		]);
		counter('oriel_ingest_skipped_bytes_total', 'Bytes between pictures', [], ({ counters }) => [
			[{}, counters.skippedBytes],
		]);
		gauge('oriel_viewers', 'Viewers attached', ['transport'], byTransport(countViewers));
		counter(
			'oriel_egress_frames_total',
			'Pictures sent',
			['transport'],
			byTransport(({ counters }, transport) => counters.egress[transport].frames),
		);
		counter(
			'oriel_egress_bytes_total',
			'Bytes of pictures sent, with their headers',
			['transport'],
			byTransport(({ counters }, transport) => counters.egress[transport].bytes),
		);
		counter('oriel_frames_dropped_total', 'Pictures not passed on', ['hop', 'reason'], drops);
	}

	#family(hub: Hub, Kind: typeof Gauge | typeof Counter) {
		return (name: string, help: string, labels: readonly string[], totals: Totals): void => {
			new Kind({
				name,
				help,
				labelNames: ['camera', ...labels],
				registers: [this.#registry],
				collect() {
					this.reset();
					for (const camera of hub.cameras) {
						for (const [more, value] of totals(camera)) this.inc({ camera: camera.name, ...more }, value);
					}
				},
			});
		};
	}
}

function countViewers({ viewers }: Camera, transport: Transport): number {
	let count = 0;
	for (const viewer of viewers) if (viewer.transport === transport) count++;
	return count;
}

function drops({ counters }: Camera): [Record<string, string>, number][] {
	return [
		[{ hop: 'uplink', reason: 'behind' }, counters.droppedUplink],
		[{ hop: 'ingest', reason: 'broken' }, counters.droppedBroken],
		[{ hop: 'ingest', reason: 'no-key' }, counters.droppedKeyless],
		...TRANSPORTS.map((transport): [Record<string, string>, number] => [
			{ hop: transport, reason: 'behind' },
			counters.egress[transport].droppedBehind,
		]),
	];
}
