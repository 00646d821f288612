// Loaded into the relay's process with `node --import`: the longest stretch of work between two looks of its event loop,
// in processor time of its main thread. Unlike a delay, it does not depend on what else this machine does.

import { openSync, readSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

const LOOK_MS = 1;
const NANOS = 1e6;

if (isMainThread) {
	const file = openSync('/proc/self/schedstat', 'r');
	const text = Buffer.alloc(64);
	const spent = () => Number(text.latin1Slice(0, readSync(file, text, 0, 64, 0)).split(' ')[0]);
	let longest = 0;
	let before = spent();
	setInterval(() => {
		const now = spent();
		longest = Math.max(longest, now - before);
		before = now;
	}, LOOK_MS).unref();
	process.on('message', () => {
		process.send?.(longest / NANOS);
		longest = 0;
		before = spent();
	});
	// The relay ends when it wants to, not when the bench has asked its last question.
	process.channel?.unref();
}
