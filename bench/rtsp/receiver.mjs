// Reads a source for some seconds and prints each frame: when it came, and its last bytes. Arguments: SPEC SECONDS TAIL_BYTES.
import { readFileSync } from 'node:fs';
import { PassThrough } from 'node:stream';
import { openSource } from '@oriel/agent';
import { systemClock as clock } from '@oriel/base';

const [spec, seconds, tailBytes] = process.argv.slice(2);
const TICK_MS = 10;
const begun = now();
let firstMs;
const abort = new AbortController();
const frame = ({ bytes }) => {
	firstMs ??= now() - begun;
	print({ at: now(), tail: Buffer.from(bytes.subarray(-Number(tailBytes))).toString('hex') });
};
const before = spentMs();
setTimeout(() => abort.abort(), Number(seconds) * 1000);
const source = openSource(spec, { name: 'bench', input: new PassThrough(), clock, random: Math.random });
await source
	.run({ frame, poster: () => undefined, preview: () => undefined, advise: () => undefined }, abort.signal)
	.catch((failure) => {
		process.stderr.write(`${failure.message}\n`);
	});
print({ firstMs, cpuMs: spentMs() - before });

function print(value) {
	process.stdout.write(`${JSON.stringify(value)}\n`);
}

/** Of this process and of those that it has waited for. */
function spentMs() {
	const fields = readFileSync('/proc/self/stat', 'utf8').split(') ')[1].split(' ');
	return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) * TICK_MS;
}

function now() {
	return Number(process.hrtime.bigint()) / 1e6;
}
