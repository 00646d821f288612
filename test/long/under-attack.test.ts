import { join } from 'node:path';
import { freePort } from '@oriel/testing/free-port';
import { metricsOf } from '@oriel/testing/metrics';
import { SmallDisk } from '@oriel/testing/mount';
import { Precedence } from '@oriel/testing/precedence';
import { cameraProcess, RelayProcess } from '@oriel/testing/relay-process';
import { until } from '@oriel/testing/until';
import { expect, it } from 'vitest';
import { ATTACKS } from '../security/attacks/all.ts';
import { attackAll } from './attack-all.ts';
import { Attackers } from './attackers.ts';
import { targetsOf } from './hostile.ts';
import { RelayLog } from './relay-log.ts';
import { COLLECTS, memoryInWords, settledBytes, shrinksTo } from './relay-memory.ts';
import { Viewers } from './viewers.ts';

/** ORIEL_ATTACK_SECONDS shortens the run, for trying. */
const RUN_MS = 1000 * Number(process.env.ORIEL_ATTACK_SECONDS ?? 600);
const MAX_MEMORY = 1.1;
const WARM_UP_FRAMES = 480;
/** Share of the run that the first round takes. */
const WARM_UP = 0.1;
const SMALL = ['--size', '320x240', '--always-on'];
/** A network that no attacker is in: what a neighbour of an attacker may notice is in docs/decisions/0025. */
const HONEST_NETWORK = '127.200.0';
/** Where the test asks for metrics. */
const ASKED_FROM = '127.203.0.1';

it('no attack ends the relay, escapes its connection, stops a picture for 250 ms or keeps memory', async () => {
	using precedence = new Precedence();
	using disk = new SmallDisk(16 * 1024);
	const seedPort = await freePort();
	const seed = ['--seed-port', String(seedPort), '--seed-camera', 'seed', '--seed-allow', '127.0.0.0/8'];
	await using relay = await RelayProcess.start(seed, join(disk.path, 'data'), COLLECTS);
	await using control = await RelayProcess.start();
	const log = new RelayLog(relay.program);
	const honest = { port: relay.port, token: await relay.addToken(), network: HONEST_NETWORK };
	await using _porch = cameraProcess(relay.url, 'porch', await relay.addKey('porch'), SMALL);
	const ofYard = ['--source', 'test:h264', ...SMALL];
	await using _yard = cameraProcess(relay.url, 'yard', await relay.addKey('yard'), ofYard);
	await using _other = cameraProcess(control.url, 'porch', await control.addKey('porch'), SMALL);
	await using viewers = await Viewers.start([
		{ ...honest, camera: 'porch', way: 'live', count: 20 },
		{ ...honest, camera: 'yard', way: 'live', count: 20, network: '127.201.0' },
		{ ...honest, camera: 'porch', way: 'stream.mjpg', count: 10, network: '127.202.0' },
		{ ...honest, port: control.port, token: await control.addToken(), camera: 'porch', way: 'live', count: 2 },
	]);
	using attackers = await Attackers.prepare(precedence, await targetsOf(relay, 'porch', seedPort));

	let warm = 0;
	await until('all viewers to be warm', async () => {
		warm += (await viewers.look()).fewest;
		return warm >= WARM_UP_FRAMES;
	});
	say(`${Object.keys(ATTACKS).length} attacks; precedence ${precedence.isGiven ? 'given' : 'not given'}`);
	await settledBytes(relay);
	say(`memory of a fresh relay ${await memoryInWords(relay, ASKED_FROM)}`);
	const round = (milliseconds: number) => attackAll({ relay, log, disk, viewers, attackers }, milliseconds);

	// What the process keeps once it has been attacked (freed parts of its heaps) is there after the first round.
	expect(await round(RUN_MS * WARM_UP)).toEqual([]);
	const before = await settledBytes(relay);
	say(`memory after the first round ${await memoryInWords(relay, ASKED_FROM)}`);

	expect(await round(RUN_MS)).toEqual([]);
	await until('the relay to write to its disk again', () => log.isWritable);
	const faults = (await metricsOf(relay.port, ASKED_FROM)).split('\n').filter(isFault);
	expect({ faults, errors: log.errors, end: log.end }).toEqual({ faults: [], errors: [], end: undefined });
	say(`memory right after the attacks ${await memoryInWords(relay, ASKED_FROM)}`);
	await shrinksTo(relay, before * MAX_MEMORY);
	say(`memory in the end ${await memoryInWords(relay, ASKED_FROM)}`);
});

/** Of anything but the disk, which has faults on purpose. */
function isFault(line: string): boolean {
	return /^oriel_faults_total{kind="(?!disk)/.test(line);
}

const say = (words: string) => process.stderr.write(`${words}\n`);
