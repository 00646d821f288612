import type { Camera } from '../core/camera.ts';
import type { Hub } from '../core/hub.ts';
import type { Family, Sample } from './family.ts';

/** What is shown of one camera: values with the labels beside its name. */
type Totals = (camera: Camera) => readonly (readonly [labels: Record<string, string>, value: number])[];

/** What the hub counts of each camera. `outputs`: their names, which are shown before they have been used. */
export function cameraFamilies(hub: Hub, outputs: readonly string[]): Family[] {
	const family = (type: Family['type'], name: string, help: string, totals: Totals): Family => {
		const samplesOf = (camera: Camera): Sample[] =>
			totals(camera).map(([labels, value]) => ({ labels: { camera: camera.name, ...labels }, value }));
		return { type, name, help, samples: () => [...hub.cameras].flatMap(samplesOf) };
	};
	const byTransport = (value: (camera: Camera, transport: string) => number): Totals => {
		return (camera) => outputs.map((transport) => [{ transport }, value(camera, transport)]);
	};
	const single = (value: (camera: Camera) => number): Totals => {
		return (camera) => [[{}, value(camera)]];
	};
	return [
		family(
			'gauge',
			'oriel_camera_up',
			'Whether pictures are coming',
			single(({ condition }) => (condition.state === 'live' ? 1 : 0)),
		),
		family(
			'counter',
			'oriel_ingest_frames_total',
			'Pictures received',
			single(({ video }) => video.counters.frames),
		),
		family(
			'counter',
			'oriel_ingest_bytes_total',
			'Bytes of pictures received',
			single(({ video }) => video.counters.bytes),
		),
		family(
			'counter',
			'oriel_ingest_reconnects_total',
			'Streams after the first',
			single(({ counters }) => counters.reconnects),
		),
		family(
			'counter',
			'oriel_ingest_skipped_bytes_total',
			'Bytes between pictures',
			single(({ counters }) => counters.skippedBytes),
		),
		family('gauge', 'oriel_viewers', 'Viewers attached', byTransport(countViewers)),
		family(
			'counter',
			'oriel_egress_frames_total',
			'Pictures sent',
			byTransport(({ video }, transport) => video.counters.egress(transport).frames),
		),
		family(
			'counter',
			'oriel_egress_bytes_total',
			'Bytes of pictures sent, with their headers',
			byTransport(({ video }, transport) => video.counters.egress(transport).bytes),
		),
		family('counter', 'oriel_frames_dropped_total', 'Pictures not passed on', dropsAt(outputs)),
	];
}

function countViewers({ viewers }: Camera, transport: string): number {
	let count = 0;
	for (const viewer of viewers) if (viewer.transport === transport) count++;
	return count;
}

function dropsAt(outputs: readonly string[]): Totals {
	return ({ video: { counters } }) => [
		[{ hop: 'uplink', reason: 'behind' }, counters.droppedUplink],
		[{ hop: 'ingest', reason: 'broken' }, counters.droppedBroken],
		[{ hop: 'ingest', reason: 'no-key' }, counters.droppedKeyless],
		...outputs.map((output): [Record<string, string>, number] => [
			{ hop: output, reason: 'behind' },
			counters.egress(output).droppedBehind,
		]),
	];
}
