import { Writable } from 'node:stream';
import { systemClock } from '@oriel/base';
import { Program } from '@oriel/testing/program';
import { RunningRelay } from '@oriel/testing/relay/running-relay';
import { TestUpload } from '@oriel/testing/relay/upload';
import { until } from '@oriel/testing/until';
import { describe, expect, it } from 'vitest';

describe('an upload of ffmpeg’s FLV that some buffer turns into bursts', () => {
	it('has the times at which its pictures were taken', async () => {
		await using relay = await RunningRelay.start({ clock: systemClock, cameras: ['door'] });
		await using viewer = await relay.viewer();
		viewer.watch('door');
		viewer.onFrame = (frame) => {
			viewer.received.push(frame);
			viewer.ack(frame);
		};
		await using upload = new TestUpload(`${relay.url}/cameras/door/ingest`, relay.key('door'));
		const pattern = ['-re', '-f', 'lavfi', '-i', 'testsrc=size=320x240:rate=25'];
		const codec = ['-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-g', '25'];
		const flv = ['-flush_packets', '1', '-f', 'flv', '-'];
		await using ffmpeg = new Program('ffmpeg', ['-hide_banner', '-loglevel', 'error', ...pattern, ...codec, ...flv]);
		const bunch = new Bunch((bytes) => upload.write(bytes));
		ffmpeg.pipeInto(bunch);
		await until('four seconds of pictures', () => viewer.frames.length >= 100);
		// The first burst has no quicker picture before it that it could be measured by.
		const shown = viewer.frames.slice(40);
		const gaps = shown.map(
			({ capturedAt }, index) => (capturedAt - (shown[index - 1]?.capturedAt ?? Number.NaN)) / 1000,
		);
		const off = gaps.slice(1).map((gap) => Math.abs(gap - 40));
		expect(Math.max(...off)).toBeLessThan(35);
		expect(off.filter((ms) => ms < 1).length).toBeGreaterThan(off.length * 0.9);
		expect(bunch.bursts).toBeGreaterThan(4);
	});
});

/** Lets bytes through twice a second, all at once. */
class Bunch extends Writable {
	bursts = 0;
	#held: Buffer[] = [];
	readonly #timer: NodeJS.Timeout;

	constructor(pass: (bytes: Uint8Array) => void) {
		super();
		this.#timer = setInterval(() => {
			if (this.#held.length === 0) return;
			this.bursts++;
			pass(Buffer.concat(this.#held));
			this.#held = [];
		}, 500);
		this.on('close', () => clearInterval(this.#timer));
	}

	override _write(chunk: Buffer, _encoding: string, done: () => void): void {
		this.#held.push(chunk);
		done();
	}
}
