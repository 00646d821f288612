import { RecordingLog } from '@oriel/testing/recording-log';
import { describe, expect, it } from 'vitest';
import { readSetting, UNSENT_LIMIT_FILE, unsentLimitAdvice } from './unsent-limit.ts';

/** What is logged when three viewers fall behind, where the setting has this text; and what was read for it. */
function behind(text: string | undefined) {
	const log = new RecordingLog();
	const read: string[] = [];
	const fellBehind = unsentLimitAdvice((file) => {
		read.push(file);
		return text;
	}, log);
	for (let viewer = 0; viewer < 3; viewer++) fellBehind();
	return { lines: log.problems, read };
}

describe('unsentLimitAdvice', () => {
	it('logs one line, and reads one file, where the kernel has no limit', () => {
		const { lines, read } = behind('4294967295\n');
		expect(lines).toHaveLength(1);
		expect(lines[0]).toMatch(/^warn: viewers of stream.mjpg .* sysctl -w net.ipv4.tcp_notsent_lowat=131072$/);
		expect(read).toEqual(['/proc/sys/net/ipv4/tcp_notsent_lowat']);
	});

	it.each([['16384\n'], ['131072\n'], [undefined], ['nonsense']])('says nothing where the setting is %j', (text) => {
		expect(behind(text).lines).toEqual([]);
	});

	it('reads the real setting on Linux, and does not mind where there is none', () => {
		const text = readSetting(UNSENT_LIMIT_FILE);
		if (process.platform === 'linux') expect(text).toMatch(/^\d+\n$/);
		else expect(text).toBeUndefined();
		expect(readSetting('/proc/sys/net/ipv4/no-such-setting')).toBeUndefined();
	});
});
