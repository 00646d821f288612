import { readdirSync, readFileSync } from 'node:fs';
import type { Evidence } from '@oriel/agent';
import { processorMs } from '@oriel/testing/processor-time';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseBoard } from '../../packages/agent/src/detect/outputs/board.ts';
import { parseBootConfig } from '../../packages/agent/src/detect/outputs/boot-config.ts';
import { parseKernelLog } from '../../packages/agent/src/detect/outputs/kernel-log.ts';
import { parseOsRelease } from '../../packages/agent/src/detect/outputs/os-release.ts';
import { parseTemperature, parseThrottled } from '../../packages/agent/src/detect/outputs/vcgencmd.ts';
import { diagnoseAvFoundation } from '../../packages/agent/src/sources/avfoundation/diagnose.ts';
import { parseAvCameras, parseAvModes } from '../../packages/agent/src/sources/avfoundation/parse-list.ts';
import { diagnoseDshow } from '../../packages/agent/src/sources/dshow/diagnose.ts';
import { parseDshowCameras, parseDshowFormats } from '../../packages/agent/src/sources/dshow/parse-list.ts';
import { diagnoseFfmpegV4l2 } from '../../packages/agent/src/sources/ffmpeg/diagnose.ts';
import {
	parseEncoders,
	parseFfmpegVersion,
	parseV4l2Formats,
} from '../../packages/agent/src/sources/ffmpeg/parse-tool.ts';
import { diagnoseRaspivid } from '../../packages/agent/src/sources/raspivid/diagnose.ts';
import { parseGetCamera } from '../../packages/agent/src/sources/raspivid/parse-get-camera.ts';
import { diagnoseRpicam } from '../../packages/agent/src/sources/rpicam/diagnose.ts';
import { parseCameraList } from '../../packages/agent/src/sources/rpicam/parse-list.ts';
import { parseHelp, parseToolVersion } from '../../packages/agent/src/sources/rpicam/parse-tool.ts';
import { diagnoseV4l2Ctl } from '../../packages/agent/src/sources/v4l2/diagnose.ts';
import { parseControlList } from '../../packages/agent/src/sources/v4l2/parse-controls.ts';
import { parseDeviceList } from '../../packages/agent/src/sources/v4l2/parse-devices.ts';
import { parseFormatList } from '../../packages/agent/src/sources/v4l2/parse-formats.ts';

const FOLDER = new URL('../../packages/agent/src/detect/samples/', import.meta.url);
const SAMPLES = readdirSync(FOLDER).map((name) => readFileSync(new URL(name, FOLDER), 'utf8'));

const diagnose = [
	(evidence: Evidence) => diagnoseRpicam(evidence, true, 'rpicam-vid', ['--flush']),
	diagnoseRaspivid,
	(evidence: Evidence) => diagnoseV4l2Ctl(evidence, '/dev/video0', false),
	...[diagnoseFfmpegV4l2, diagnoseAvFoundation, diagnoseDshow].map((diagnoseIt) => {
		return (evidence: Evidence) => diagnoseIt(evidence, 'it');
	}),
];

/** Everything that reads what a program wrote. */
const READERS: readonly ((output: string) => unknown)[] = [
	parseAvCameras,
	parseAvModes,
	(output) => parseBoard(output, output),
	(output) => parseBootConfig(output, 'Raspberry Pi 4'),
	(output) => [...parseHelp(output)],
	parseToolVersion,
	parseDshowCameras,
	parseDshowFormats,
	(output) => [...parseEncoders(output)],
	parseFfmpegVersion,
	parseV4l2Formats,
	parseKernelLog,
	parseCameraList,
	parseOsRelease,
	parseControlList,
	parseDeviceList,
	parseFormatList,
	parseGetCamera,
	parseTemperature,
	parseThrottled,
	(output) => {
		const words = output.split('\n');
		return diagnose.map((read) => read({ exit: { how: 'exited', code: 255, signal: undefined }, words, pictures: 0 }));
	},
];

/** What a reader gives stays small, whatever it was given. */
const MAX_RESULT_LETTERS = 400_000;

function readAll(output: string): void {
	for (const read of READERS) {
		const text = JSON.stringify(read(output)) ?? '';
		if (text.length > MAX_RESULT_LETTERS) expect.fail(`${text.length} letters out of ${output.length}`);
	}
}

/** A sample with pieces of others in it, letters changed and lines repeated. */
const mangled = fc
	.tuple(
		fc.constantFrom(...SAMPLES),
		fc.constantFrom(...SAMPLES),
		fc.array(fc.tuple(fc.nat(2000), fc.string({ maxLength: 8 })), { maxLength: 12 }),
		fc.nat(2000),
	)
	.map(([one, other, changes, cut]) => {
		const spliced = one.slice(0, cut) + other.slice(cut / 2) + one.slice(cut);
		return changes.reduce((text, [at, piece]) => text.slice(0, at) + piece + text.slice(at + piece.length), spliced);
	});

describe('whatever a program writes', () => {
	it('nothing that reads it throws: recorded outputs, mangled', () => {
		fc.assert(fc.property(mangled, readAll), { numRuns: 300 });
	});

	it('nothing that reads it throws: any text', () => {
		fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 300 }), readAll), { numRuns: 80 });
	});

	it.each([
		['one endless line', 'x '.repeat(120_000)],
		['brackets', "[[0] '(".repeat(30_000)],
		['endless lines', "0 : a [1x1] (b)\n    Modes: 'X' : 1x1 \n".repeat(6000)],
		[
			'endless formats',
			"\t[0]: 'MJPG' (x)\n\t\tSize: Discrete 1x1\n\t\t\tInterval: Discrete 1s (1.000 fps)\n".repeat(4000),
		],
		['endless options', '  --option arg\n'.repeat(20_000)],
		[
			'endless devices',
			'[dshow @ 1]  "Camera" (video)\n[AVFoundation indev @ 1] AVFoundation video devices:\n[x] [1] Name\n'.repeat(
				3000,
			),
		],
		['spaces', ' '.repeat(250_000)],
		['digits', '1'.repeat(250_000)],
		['colours', '\u001b[1;31m'.repeat(40_000)],
	])('reading it takes no time: %s', (_, output) => {
		expect(processorMs(() => readAll(output))).toBeLessThan(2000);
	});
});
