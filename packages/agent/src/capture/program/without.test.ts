import { expect, it } from 'vitest';
import { without } from './without.ts';

it.each([
	[
		['--codec', 'h264', '--libav-format', 'h264'],
		['--libav-format', 'h264'],
		['--codec', 'h264'],
	],
	[['-n', '--low-latency', '-o', '-'], ['--low-latency'], ['-n', '-o', '-']],
	[['-a', '-b', '-c'], ['-c', '-a'], ['-b']],
	[['-a'], ['-x'], ['-a']],
	[['-a'], [], ['-a']],
])('%j without %j', (all, some, rest) => {
	expect(without(all, some)).toEqual(rest);
});
