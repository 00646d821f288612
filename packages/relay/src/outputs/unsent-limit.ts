import { readFileSync } from 'node:fs';
import type { Log } from '@oriel/base';

/** How many unsent bytes the kernel queues for one socket (tcp(7)). Linux only. */
export const UNSENT_LIMIT_FILE = '/proc/sys/net/ipv4/tcp_notsent_lowat';
/** About a picture, so that most are taken by one write, and half a second of a 2 Mbit/s link. `deploy/90-oriel.conf` sets it too. */
export const WANTED_UNSENT_LIMIT = 131_072;
/** More than this is as good as no limit. The kernel's own default is 4 294 967 295. */
const TOO_HIGH = 1_048_576;

/** The text of a kernel setting; undefined where there is none. */
export type ReadSetting = (file: string) => string | undefined;

/** Reads it from the machine. */
export const readSetting: ReadSetting = (file) => {
	try {
		return readFileSync(file, 'utf8');
	} catch {
		return undefined;
	}
};

/**
 * What to call when a viewer who cannot acknowledge falls behind. The first time it looks whether the kernel is kept from
 * queueing for such viewers, and logs one line if not; that is all, however many they are.
 */
export function unsentLimitAdvice(read: ReadSetting, log: Log): () => void {
	let isDone = false;
	return () => {
		if (isDone) return;
		isDone = true;
		const text = read(UNSENT_LIMIT_FILE);
		if (text === undefined || !(Number(text) > TOO_HIGH)) return;
		const words =
			'viewers of stream.mjpg or stream.mp4 fall behind, and the kernel queues old pictures for them without a limit; ' +
			`set one: sysctl -w net.ipv4.tcp_notsent_lowat=${WANTED_UNSENT_LIMIT}`;
		log.warn(words, { setting: text.trim() });
	};
}
