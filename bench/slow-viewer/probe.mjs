// Loaded into the relay's process with `node --expose-gc --import`: tells the bench on request what the process holds
// after a collection. Without it every figure is mostly garbage that waits to be collected.

/** What is alive, in bytes: objects and buffers. */
function alive() {
	globalThis.gc();
	const { heapUsed, external } = process.memoryUsage();
	return heapUsed + external;
}

process.on('message', () => process.send?.(alive()));
// The relay ends when it wants to, not when the bench has asked its last question.
process.channel?.unref();
