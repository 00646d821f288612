import { readFileSync, statfsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { reasonOf, systemCode } from '@oriel/base';
import type { Finding } from './finding.ts';

/** The kernel's word for "no limit". */
const NO_LIMIT = 4_294_967_295;
const LOWAT = '/proc/sys/net/ipv4/tcp_notsent_lowat';
/** More than this, and slow viewers of stream.mjpg see old pictures. */
const MAX_LOWAT = 131_072;
const GIB = 2 ** 30;
const MIN_FREE = 0.05;

/** What can be seen of a relay on its own machine. */
export function lookAtMachine(data: string, lowatFile: string = LOWAT): Finding[] {
	return [dataFinding(data), ...ordering(data), diskFinding(data), lowatFinding(lowatFile)].flat();
}

function dataFinding(data: string): Finding {
	const what = 'data directory';
	try {
		const mode = statSync(data).mode & 0o777;
		if (process.platform === 'win32' || (mode & 0o077) === 0) return { what, verdict: 'good', words: data };
		return {
			what,
			verdict: 'bad',
			words: `${data} can be read by others (mode ${mode.toString(8)}); chmod 700 ${data}`,
		};
	} catch (failure) {
		const words =
			systemCode(failure) === 'ENOENT' ? `${data} is not there: no relay has run with it` : reasonOf(failure);
		return { what, verdict: 'bad', words };
	}
}

/** What the relay has noted about ordering its certificate. */
function ordering(data: string): Finding[] {
	const what = 'ordering';
	try {
		const { problem, nextTryAt } = JSON.parse(readFileSync(join(data, 'tls', 'state.json'), 'utf8'));
		if (typeof problem !== 'string') return [{ what, verdict: 'good', words: 'the last certificate came' }];
		return [{ what, verdict: 'bad', words: `${problem}; tried again at ${nextTryAt}` }];
	} catch (failure) {
		return systemCode(failure) === 'ENOENT' ? [] : [{ what, verdict: 'bad', words: reasonOf(failure) }];
	}
}

function diskFinding(data: string): Finding {
	const what = 'disk';
	try {
		const { bavail, blocks, bsize } = statfsSync(data);
		const words = `${((bavail * bsize) / GIB).toFixed(1)} GiB free`;
		const enough = bavail >= blocks * MIN_FREE && bavail * bsize >= GIB;
		return {
			what,
			verdict: enough ? 'good' : 'poor',
			words: enough ? words : `${words}: not much for the data directory`,
		};
	} catch (failure) {
		return { what, verdict: 'bad', words: reasonOf(failure) };
	}
}

function lowatFinding(file: string): Finding {
	const what = 'slow viewers';
	const remedy = `sysctl -w net.ipv4.tcp_notsent_lowat=${MAX_LOWAT}, and the same line in /etc/sysctl.d`;
	try {
		const value = Number(readFileSync(file, 'utf8'));
		if (value <= MAX_LOWAT) return { what, verdict: 'good', words: `tcp_notsent_lowat is ${value}` };
		const seen = value === NO_LIMIT ? 'not set' : String(value);
		return {
			what,
			verdict: 'poor',
			words: `tcp_notsent_lowat is ${seen}: they see old frames of stream.mjpg; ${remedy}`,
		};
	} catch {
		return {
			what,
			verdict: 'poor',
			words: 'this system does not report how much unsent data it queues for them (tcp_notsent_lowat)',
		};
	}
}
