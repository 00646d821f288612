import { FakeClock } from '@oriel/testing/fake-clock';
import { describe, expect, it } from 'vitest';
import { beginStep, counted, sizeWords } from './progress.ts';

function setUp({ isTerminal = true, columns = 80 } = {}) {
	const clock = new FakeClock();
	let text = '';
	const output = {
		isTerminal,
		columns,
		write: (more: string) => {
			text += more;
		},
	};
	/** What was written since the last look, as lines that a person sees. */
	const seen = () => {
		const lines = text.split('\u001b[K').map((line) => line.replace('\r', ''));
		text = '';
		return lines.filter((line) => line !== '');
	};
	return { clock, output, seen, raw: () => text };
}

describe('on a terminal', () => {
	it('one line is rewritten, with bytes, rate and time to go', () => {
		const { clock, output, seen, raw } = setUp();
		const step = beginStep('Fetching oriel.tgz', 10_000_000, { clock, output });
		expect(seen()).toEqual(['Fetching oriel.tgz: 10.0 MB']);
		// Until the first bytes come nothing can be said of a rate.
		clock.advance(5000);
		step.advance(400_000);
		expect(seen()).toEqual(['Fetching oriel.tgz: 400.0 kB of 10.0 MB']);
		clock.advance(800);
		step.advance(1_600_000);
		expect(seen()).toEqual(['Fetching oriel.tgz: 2.0 MB of 10.0 MB, 2.0 MB/s, 4 s left']);
		step.advance(8_000_000);
		expect(raw()).toBe('');
		clock.advance(1000);
		step.done();
		expect(raw()).toBe('\rFetching oriel.tgz: 10.0 MB in 7 s\u001b[K\n');
		step[Symbol.dispose]();
		expect(raw()).toBe('\rFetching oriel.tgz: 10.0 MB in 7 s\u001b[K\n');
	});

	it('a step that fails leaves its line: what follows has one of its own', () => {
		const { clock, output, raw } = setUp();
		{
			using step = beginStep('Fetching oriel.tgz', 100, { clock, output });
			step.advance(50);
		}
		expect(raw()).toBe('\rFetching oriel.tgz: 100 bytes\u001b[K\rFetching oriel.tgz: 50 bytes of 100 bytes\u001b[K\n');
	});

	it('the rate is that of the last five seconds', () => {
		const { clock, output, seen } = setUp();
		const step = beginStep('Copying', 1_000_000_000, { clock, output });
		for (let second = 0; second < 10; second++) {
			clock.advance(1000);
			step.advance(1_000_000);
		}
		expect(seen().at(-1)).toBe('Copying: 10.0 MB of 1.0 GB, 1.0 MB/s, 16 min 30 s left');
		for (let second = 0; second < 6; second++) {
			clock.advance(1000);
			step.advance(10_000);
		}
		expect(seen().at(-1)).toBe('Copying: 10.1 MB of 1.0 GB, 10.0 kB/s, 27 h 29 min left');
	});

	it('is drawn ten times a second at most, and never longer than its line', () => {
		const { clock, output, seen } = setUp({ columns: 24 });
		const step = beginStep('Backing up everything there is', 5000, { clock, output });
		for (let at = 0; at < 1000; at++) {
			clock.advance(1);
			step.advance(5);
		}
		const lines = seen();
		expect(lines.length).toBeGreaterThanOrEqual(10);
		expect(lines.length).toBeLessThanOrEqual(12);
		expect(lines.every((line) => line.length === 23)).toBe(true);
	});

	it('says no rate and no time where the total is not known, or nothing comes', () => {
		const { clock, output, seen } = setUp();
		const step = beginStep('Reading', undefined, { clock, output });
		step.advance(1000);
		clock.advance(2000);
		step.advance(2000);
		clock.advance(7000);
		step.advance(0);
		expect(seen()).toEqual(['Reading', 'Reading: 1.0 kB', 'Reading: 3.0 kB, 1.0 kB/s', 'Reading: 3.0 kB, 0 bytes/s']);
		step.done();
		expect(seen()).toEqual(['Reading: 3.0 kB in 9 s', '\n']);
		beginStep('Starting', undefined, { clock, output }).done();
		expect(seen()).toEqual(['Starting', 'Starting: done', '\n']);
	});
});

it('elsewhere each step is one line', () => {
	const { clock, output, raw } = setUp({ isTerminal: false });
	const step = beginStep('Fetching oriel.tgz', 700_000, { clock, output });
	for (let second = 0; second < 100; second++) {
		clock.advance(1000);
		step.advance(7000);
	}
	step.done();
	beginStep('Starting it', undefined, { clock, output }).done();
	expect(raw()).toBe('Fetching oriel.tgz (700.0 kB)\nStarting it\n');
});

it('counts what passes', async () => {
	const pieces = async function* () {
		yield Buffer.alloc(3);
		yield Buffer.alloc(4);
	};
	let bytes = 0;
	const step = {
		advance(more: number) {
			bytes += more;
		},
	};
	const passed: number[] = [];
	for await (const piece of counted(pieces(), step)) passed.push(piece.length);
	expect([passed, bytes]).toEqual([[3, 4], 7]);
});

it.each([
	[0, '0 bytes'],
	[999, '999 bytes'],
	[1000, '1.0 kB'],
	[12_345_678, '12.3 MB'],
	[4_200_000_000, '4.2 GB'],
])('%d bytes are %s', (bytes, words) => expect(sizeWords(bytes)).toBe(words));
