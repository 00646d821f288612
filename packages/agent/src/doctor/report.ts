import type { DetectedCameras } from '../capture/auto/detect-cameras.ts';
import type { ReportRow } from '../capture/method.ts';
import { onOneLine } from '../detect/findings/finding.ts';
import type { Health } from '../detect/health/health.ts';
import type { Conditions } from '../detect/outputs/vcgencmd.ts';
import type { Examination } from './examine.ts';
import type { StreamFacts } from './statistics.ts';
import type { Trial } from './trial.ts';

/** An examination for people to read, with the verdict at its end. */
export function reportOf(examination: Examination): string {
	const { detected, health, tried, trial, source, verdict } = examination;
	const { detections, candidates } = detected;
	const sections: (readonly [title: string, rows: readonly ReportRow[]])[] = [
		['This machine', machineRows(detected, health)],
		['Programs', detections.flatMap(({ programs = [] }) => programs)],
		['Cameras', detections.flatMap(({ cameras = [] }) => cameras)],
		['Capture methods, best first', candidates.map(({ score, reason }) => [`${Math.round(score)}`, reason])],
		[`Trial: ${source}`, [...tried.map((words): ReportRow => [words]), ...trialRows(trial)]],
		['Worth knowing', notes(examination).map((words): ReportRow => [`- ${words}`])],
	];
	const filled = sections.filter(([, rows]) => rows.length > 0);
	return `${filled.map(([title, rows]) => `${title}\n${table(rows)}\n`).join('\n')}\nVerdict: ${verdict}\n`;
}

/** What else was found: the verdict says its own. */
function notes({ findings, trial, verdict }: Examination): string[] {
	return [...new Set([...findings.map(onOneLine), ...trial.advice])].filter((words) => !verdict.includes(words));
}

function table(rows: readonly ReportRow[]): string {
	const width = Math.max(0, ...rows.map(([name, words]) => (words === undefined ? 0 : name.length)));
	return rows
		.map(([name, words]) => (words === undefined ? `  ${name}` : `  ${name.padEnd(width)}  ${words}`))
		.join('\n');
}

function machineRows({ place, rights }: DetectedCameras, health: Health): ReportRow[] {
	const { board, os, platform, arch, config, memoryBytes } = place;
	const rows: ReportRow[] = [];
	if (board.model !== '') rows.push(['model', board.model]);
	rows.push([
		'system',
		[os.name, `${platform} ${arch}`, place.isContainer ? 'in a container' : ''].filter(Boolean).join(', '),
	]);
	if (memoryBytes !== undefined) rows.push(['memory', `${Math.round(memoryBytes / 1024 / 1024)} MB`]);
	if (config) rows.push(['config', `${config.path}: ${configWords(config)}`]);
	if (rights.groups.length > 0) rows.push(['groups', rights.groups.join(', ')]);
	if (rights.closed.length > 0) rows.push(['closed', rights.closed.slice(0, 12).join(', ')]);
	if (health.temperature !== undefined) rows.push(['heat', `${health.temperature.toFixed(1)} °C`]);
	if (health.throttling) {
		const { now, ever } = health.throttling;
		rows.push(['power', `now: ${conditionWords(now)}; since the start: ${conditionWords(ever)}`]);
	}
	return rows;
}

function configWords({
	autoDetect,
	isLegacy,
	cameraOverlays,
	gpuMemory,
}: NonNullable<DetectedCameras['place']['config']>): string {
	const words = [`camera_auto_detect=${autoDetect ? 1 : 0}`];
	if (isLegacy) words.push('start_x=1');
	if (gpuMemory !== undefined) words.push(`gpu_mem=${gpuMemory}`);
	return [...words, ...cameraOverlays.map((overlay) => `dtoverlay=${overlay}`)].join(', ');
}

function conditionWords({ underVoltage, capped, throttled, hot }: Conditions): string {
	const words: readonly (readonly [boolean, string])[] = [
		[underVoltage, 'too little power'],
		[capped, 'clock held down'],
		[throttled, 'slowed down'],
		[hot, 'too hot'],
	];
	return words.flatMap(([is, word]) => (is ? [word] : [])).join(', ') || 'good';
}

function trialRows({ stream, failure, firstPictureMs }: Trial): ReportRow[] {
	const rows: ReportRow[] = [];
	if (stream) rows.push(...streamRows(stream));
	if (firstPictureMs !== undefined) rows.push(['first picture', `after ${(firstPictureMs / 1000).toFixed(1)} s`]);
	if (failure !== undefined) rows.push(['ended', failure]);
	return rows;
}

function streamRows({ format, pictures, keys, keyDistance, bytes, nalUnits, ...stream }: StreamFacts): ReportRow[] {
	const { codec, codecString, width, height } = format;
	const name = codec === 'jpeg' ? 'JPEG' : `H.264 (${codecString})`;
	const rate = `${stream.picturesPerSecond.toFixed(1)} a second, ${(stream.bitsPerSecond / 1e6).toFixed(2)} Mbit/s`;
	const rows: ReportRow[] = [
		['pictures', `${pictures} in ${stream.seconds.toFixed(1)} s: ${name}, ${width}x${height}, ${rate}`],
		['sizes', `${bytes.smallest} to ${bytes.largest} bytes, ${bytes.mean} on average`],
		['longest gap', `${stream.longestGapMs} ms`],
	];
	if (codec === 'jpeg') return rows;
	const distance = keyDistance === undefined ? 'only one so far' : `at most ${keyDistance} pictures apart`;
	const units = Object.entries(nalUnits).map(([type, count]) => `${count} of type ${type}`);
	return [...rows, ['key frames', `${keys}, ${distance}`], ['NAL units', units.join(', ')]];
}
