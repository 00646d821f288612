// A relay in a process of its own whose memory can be looked at: one JSON object with its configuration as argument. It
// prints one line of JSON when it listens, and one for each line that it is sent.
import { createInterface } from 'node:readline';
import { silentLog, systemClock } from '@oriel/base';
import { addKey, addToken, changeData, startRelay } from '@oriel/relay';

const { cameras, ...config } = JSON.parse(process.argv[2] ?? '{}');
const clock = systemClock;
const { keys, tokens } = await changeData(config.data, { clock, log: silentLog }, (files) => {
	const token = () => addToken(files, clock, { label: 'test', cameras: [], lifetimeMs: undefined }).secret;
	return {
		keys: Object.fromEntries(cameras.map((camera) => [camera, addKey(files, clock, camera)])),
		tokens: [token(), token()],
	};
});
const relay = await startRelay(config, { clock, log: silentLog, version: '0.0.0', page: config.data });
const say = (words) => process.stdout.write(`${JSON.stringify(words)}\n`);
say({ port: relay.port, keys, tokens });
createInterface({ input: process.stdin })
	.on('line', () => {
		globalThis.gc?.();
		say(process.memoryUsage());
	})
	.on('close', () => process.exit(0));
