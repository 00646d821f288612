import { describe, expect, it } from 'vitest';
import type { ReceivedFrame } from '../../../../packages/web/src/player/connection/received-frame.ts';
import type { Renderer, RendererEvents } from '../../../../packages/web/src/player/picture/renderer.ts';
import type { FakeClock } from '../fake-clock.ts';
import { aFrame } from './a-frame.ts';

/** A renderer with everything around it in the hands of the test. */
export interface RendererUnderTest {
	readonly clock: FakeClock;
	readonly renderer: Renderer;
	/** Lets the browser finish what it has begun, and come to its next screen refreshes. */
	settle(): Promise<void>;
}

export interface RendererCase {
	readonly format: ReceivedFrame['format'];
	/** The data of the picture with that number; numbers that 10 divides are keys. */
	readonly data: (sequence: number) => Uint8Array;
	/** The data of a key that cannot be read. */
	readonly spoilt: Uint8Array;
	readonly begin: (events: RendererEvents) => RendererUnderTest;
}

/** What every renderer does, whatever it shows its pictures with. */
export function describeRenderer(name: string, { format, data, spoilt, begin }: RendererCase): void {
	const start = () => {
		const shown: number[] = [];
		const acks = new Map<number, number | undefined>();
		let undecodable = 0;
		const underTest = begin({
			onShown: ({ sequence }) => shown.push(sequence),
			onUndecodable: () => undecodable++,
			onBroken: (reason) => expect.fail(reason),
		});
		const offer = (sequence: number, bytes = data(sequence)) => {
			const now = underTest.clock.now();
			const settle = (ageMs: number | undefined) => void acks.set(sequence, ageMs);
			const times = { capturedAt: now, receivedAt: now, ageMs: () => sequence + 100 };
			const key = format.codec === 'jpeg' || sequence % 10 === 0;
			underTest.renderer.offer(aFrame({ sequence, key, format, data: bytes, ...times, settle }));
		};
		return { ...underTest, offer, shown, acks, undecodable: () => undecodable };
	};

	describe(`${name} as any renderer`, () => {
		it('shows pictures in their order and acknowledges each with its age', async () => {
			const { clock, offer, settle, shown, acks } = start();
			for (const sequence of [0, 1, 2, 3]) {
				offer(sequence);
				clock.advance(33);
				await settle();
			}
			expect(shown).toEqual([0, 1, 2, 3]);
			expect([...acks]).toEqual([0, 1, 2, 3].map((sequence) => [sequence, sequence + 100]));
		});

		it('settles a burst by settling its newest, and shows that', async () => {
			const { clock, offer, settle, shown, acks } = start();
			for (let sequence = 0; sequence < 30; sequence++) offer(sequence);
			clock.advance(33);
			await settle();
			expect(shown.at(-1)).toBe(29);
			expect(acks.has(29)).toBe(true);
			expect(shown.length).toBeLessThan(10);
		});

		it('settles what it cannot read, says so, and goes on with the next that it can', async () => {
			const { clock, offer, settle, shown, acks, undecodable } = start();
			offer(0, spoilt);
			await settle();
			expect(acks.get(0)).toBeUndefined();
			expect(acks.has(0)).toBe(true);
			expect(undecodable()).toBe(1);
			offer(10);
			clock.advance(33);
			await settle();
			expect(shown).toEqual([10]);
		});

		it('shows nothing after its end, settles everything, and leaves no timer', async () => {
			const { clock, renderer, offer, settle, shown, acks } = start();
			offer(0);
			offer(1);
			renderer.close();
			renderer.close();
			await settle();
			offer(10);
			await settle();
			expect(shown).toEqual([]);
			expect(acks.has(1)).toBe(true);
			expect(acks.has(10)).toBe(true);
			expect(clock.pending).toBe(0);
		});
	});
}
