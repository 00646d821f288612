import { concat } from '@oriel/base';
import { MediaError, NAL, nalType, nalUnitsOf, RtpJpegReader, RtpReader, TimedReader } from '@oriel/media';
import { fieldPictures } from '@oriel/testing/field-pictures';
import { h264Units } from '@oriel/testing/h264';
import { RtpSender, type RtpSenderOptions } from '@oriel/testing/rtp-sender';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const MAX_BYTES = 4000;
const UNITS = h264Units('kddkdkd', 32, 32);
const FIELDS = fieldPictures(4);

const sending = fc.record<RtpSenderOptions>({
	mostBytes: fc.integer({ min: 1, max: 60 }),
	marks: fc.constantFrom('pictures', 'units', 'never'),
	isAggregated: fc.boolean(),
	firstSequence: fc.integer({ min: 0, max: 0xffff }),
});

function packetsOf(options: RtpSenderOptions): Uint8Array[] {
	const sender = new RtpSender(options);
	const film = UNITS.flatMap((unit, turn) => sender.picture(unit, turn * 3600));
	return [...film, ...FIELDS.map((nal, turn) => sender.packet(nal, (UNITS.length + turn) * 3600, true))];
}

/** What may happen to a packet on its way from a camera that is broken, or means harm. */
type Damage = (packet: Uint8Array, random: number) => Uint8Array[];
const DAMAGES: readonly Damage[] = [
	(packet) => [packet],
	() => [],
	(packet) => [packet, packet],
	(packet, random) => [packet.subarray(0, random % (packet.length + 1))],
	(packet, random) => [packet.map((byte, at) => (at === random % packet.length ? byte ^ (1 << (random % 8)) : byte))],
	(packet, random) => [packet.map((byte, at) => (at === 12 ? random & 0xff : byte))],
	(packet, random) => [concat([packet, new Uint8Array(random % 300).fill(random & 0xff)])],
];
const damages = fc.array(fc.tuple(fc.nat(DAMAGES.length - 1), fc.nat(100_000)), { minLength: 200, maxLength: 200 });

function damaged(packets: readonly Uint8Array[], plan: readonly (readonly [number, number])[]): Uint8Array[] {
	return packets.flatMap((packet, at) => {
		const [kind, random] = plan[at % plan.length] ?? [0, 0];
		return DAMAGES[kind]?.(packet, random) ?? [packet];
	});
}

/** Only MediaError may come out. */
function soundly<T>(action: () => T[]): T[] {
	try {
		return action();
	} catch (thrown) {
		if (!(thrown instanceof MediaError)) throw thrown;
		return [];
	}
}

describe('fuzzing RTP', () => {
	it('whole packets give whole pictures, however a camera cuts and marks them', () => {
		fc.assert(
			fc.property(sending, (options) => {
				const reader = new RtpReader({ maxBytes: MAX_BYTES });
				const sender = new RtpSender(options);
				const frames = UNITS.flatMap((unit, turn) => sender.picture(unit, turn * 3600)).flatMap((packet) =>
					reader.push(packet),
				);
				const all = [...frames, ...reader.flush()].map(({ data }) => Buffer.from(data).toString('hex'));
				expect(all).toEqual(UNITS.map((unit) => Buffer.from(unit).toString('hex')));
			}),
		);
	});

	it('lost packets cost pictures, and never tear one', () => {
		const known = new Set(UNITS.map((unit) => Buffer.from(unit).toString('hex')));
		fc.assert(
			fc.property(sending, fc.array(fc.nat(60), { maxLength: 8 }), (options, lost) => {
				const reader = new RtpReader({ maxBytes: MAX_BYTES });
				const sender = new RtpSender(options);
				const packets = UNITS.flatMap((unit, turn) => sender.picture(unit, turn * 3600));
				// Over TCP a camera loses few: with many it would look as if its numbers meant nothing.
				const frames = packets.filter((_, at) => !lost.includes(at)).flatMap((packet) => reader.push(packet));
				for (const { data } of [...frames, ...reader.flush()]) {
					expect(known.has(Buffer.from(data).toString('hex'))).toBe(true);
				}
			}),
		);
	});

	it('damage of any kind neither throws nor fills the memory, and key frames have all that they need', () => {
		fc.assert(
			fc.property(sending, damages, fc.integer({ min: 1, max: 9 }), (options, plan, flushEvery) => {
				const reader = new RtpReader({ maxBytes: MAX_BYTES });
				const timed = new TimedReader(reader);
				let last = Number.NEGATIVE_INFINITY;
				for (const [turn, packet] of damaged(packetsOf(options), plan).entries()) {
					const frames = soundly(() => timed.push(packet, turn * 1000));
					if (turn % flushEvery === 0 && reader.hasPicture) frames.push(...soundly(() => timed.flush()));
					expect(reader.pendingBytes).toBeLessThanOrEqual(2 * MAX_BYTES);
					for (const { key, data, capturedAt } of frames) {
						const types = nalUnitsOf(data).map(nalType);
						if (key) expect(types).toEqual(expect.arrayContaining([NAL.sps, NAL.pps, NAL.idr]));
						expect(capturedAt).toBeGreaterThanOrEqual(last);
						last = capturedAt;
					}
				}
			}),
		);
	});

	it('JPEG of any bytes neither throws nor fills the memory', () => {
		const head = fc.tuple(
			fc.constantFrom(0, 0, 0, 5, 90),
			fc.constantFrom(0, 1, 64, 65, 2),
			fc.nat(255),
			fc.nat(255),
			fc.nat(255),
		);
		const packet = fc.tuple(head, fc.uint8Array({ maxLength: 200 }), fc.boolean());
		fc.assert(
			fc.property(fc.array(packet, { maxLength: 60 }), damages, (packets, plan) => {
				const reader = new RtpJpegReader({ maxBytes: MAX_BYTES });
				const sender = new RtpSender({ payloadType: 26 });
				const made = packets.map(([[offset, ...rest], scan, isMarked]) =>
					sender.packet(concat([Uint8Array.of(0, 0, 0, offset, ...rest), scan]), 0, isMarked),
				);
				for (const each of damaged(made, plan)) {
					soundly(() => reader.push(each));
					expect(reader.pendingBytes).toBeLessThanOrEqual(MAX_BYTES);
				}
				soundly(() => reader.flush());
			}),
		);
	});
});
