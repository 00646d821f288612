import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { SERVER_CORE } from '../testbed/testbed.mjs';
import { loadFixture, tailOf } from './fixture.mjs';
import { endOf, FAR, Link, NEAR } from './link.mjs';
import { now } from './now.mjs';

const PORT = 8080;
const LONG_WAY_PORT = 9000;
const PATIENCE_MS = 120_000;
/** Two clocks that are compared in whole milliseconds. */
const CLOCKS_MS = 5;
const here = (file) => fileURLToPath(new URL(file, import.meta.url));
const ORIEL = here('../../packages/cli/bin/oriel.mjs');

/**
 * @typedef {object} Trial
 * @property {'viewer' | 'uplink'} hop which hop is slow
 * @property {'oriel' | 'all' | 'free'} sender
 * @property {string} fixture
 * @property {number} bitsPerSecond of the link at its beginning
 * @property {number} roundTripMs
 * @property {boolean} [isPinned] the relay gets a core of its own
 */

/**
 * A picture that has arrived.
 * @typedef {object} Arrival
 * @property {number} at
 * @property {number} age in milliseconds, since the camera wrote it
 * @property {number} index in the fixture
 * @property {number} sequence
 * @property {boolean} key
 * @property {number} bytes
 */

/** Keys and tokens for a relay, made once, and a place for all that is written meanwhile. */
export function makeHousehold() {
	const folder = mkdtempSync(join(tmpdir(), 'oriel-slow-link-'));
	process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
	const data = join(folder, 'data');
	const oriel = (...args) =>
		execFileSync(process.execPath, [ORIEL, ...args, '--data', data], { encoding: 'utf8' }).trim();
	const token = oriel('token', 'add', 'bench');
	const key = oriel('key', 'add', 'slow-link');
	return { folder, data, token, key };
}

/** Everything from the camera to the viewers, on a link of its own. */
export class Setup {
	#folder;
	#household;
	/** @type {Trial} */
	#trial;
	#link;
	#relay;
	/** What the page signs in with. @type {Promise<string>} */
	#setUpToken;

	constructor(household, trial) {
		this.#household = household;
		this.#folder = mkdtempSync(join(household.folder, 'setup-'));
		this.#trial = trial;
		this.#link = new Link(trial.bitsPerSecond, trial.isPinned);
	}

	/** Starts the sender, and at the other end of the link the long way. */
	open() {
		const { sender, hop, fixture, roundTripMs } = this.#trial;
		const { key } = this.#household;
		const [host, target] = hop === 'viewer' ? [NEAR, 'far'] : ['127.0.0.1', 'far'];
		this.#link.start(target, [here('long-way.mjs'), LONG_WAY_PORT, host, PORT, roundTripMs / 2]);
		if (sender !== 'oriel') {
			this.#link.start('near', [here('naive.mjs'), fixture, this.#diary, PORT, sender]);
			return;
		}
		const data = join(this.#folder, 'data');
		cpSync(this.#household.data, data, { recursive: true });
		const flags = [
			'--data',
			data,
			'--host',
			'0.0.0.0',
			'--port',
			PORT,
			'--log',
			'json',
			'--tls',
			'off',
			'--plain-http',
		];
		this.#relay = this.#link.start(
			hop === 'viewer' ? 'near' : 'far',
			[ORIEL, 'relay', ...flags],
			{},
			{
				core: SERVER_CORE,
				isFirst: true,
			},
		);
		this.#setUpToken = setUpTokenOf(this.#relay);
		const url = hop === 'viewer' ? `http://127.0.0.1:${PORT}` : `http://${FAR}:${LONG_WAY_PORT}`;
		this.#link.start(
			'near',
			[here('feed.mjs'), fixture, this.#diary, url],
			{ ORIEL_CAMERA_KEY: key },
			{ core: SERVER_CORE },
		);
	}

	/**
	 * Viewers at an end of the link.
	 * @param {'slow' | 'fast'} where
	 */
	async watch(where, count, keep = false) {
		const file = join(this.#folder, where);
		const { hop } = this.#trial;
		const isLate = where === 'slow' && hop === 'viewer';
		const url = `ws://127.0.0.1:${isLate ? LONG_WAY_PORT : PORT}/live`;
		const end = where === 'slow' ? 'far' : 'near';
		const args = [here('viewer.mjs'), url, count, file, ...(keep ? ['keep'] : [])];
		const child = this.#link.start(
			end,
			args,
			{ ORIEL_BENCH_TOKEN: this.#household.token },
			{ isFirst: where === 'fast' },
		);
		const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
		await within(lines.next(), `${where} viewers saw nothing`);
		return {
			/** @returns {Promise<Arrival[][]>} what came to each */
			finish: async () => {
				child.stdin.write('\n');
				await within(lines.next(), `${where} viewers did not report`);
				return this.#arrivals(JSON.parse(readFileSync(file, 'utf8')));
			},
			pictures: () => readFileSync(`${file}.pictures`),
			/** They leave. */
			end: () => endOf(child),
		};
	}

	/** The page in a browser at the far end, which shows the pictures in that way. */
	async watchPage(method, env = {}) {
		const file = join(this.#folder, 'page');
		const url = `http://127.0.0.1:${LONG_WAY_PORT}`;
		const token = await within(this.#setUpToken, 'the relay printed no set-up link');
		const child = this.#link.start('far', [here('page.mjs'), url, token, method, file], env);
		const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
		await within(lines.next(), () => `the page showed nothing (${child.complaints()})`);
		const read = () => JSON.parse(readFileSync(file, 'utf8'));
		return {
			/** @returns {Promise<Arrival[][]>} what was shown, as one viewer */
			finish: async () => {
				child.stdin.write('\n');
				await within(lines.next(), 'the page did not report');
				return [this.#shown(read().seen)];
			},
			/** What the player said, and from when on. */
			notes: () => read().notes,
			/** The process that the browser belongs to. */
			pid: child.pid,
		};
	}

	/** Changes what the link carries; tells when. @param {number} bitsPerSecond */
	narrow(bitsPerSecond) {
		this.#link.narrow(bitsPerSecond);
		return now();
	}

	/** "ip netns exec" becomes the program that it starts. */
	relayPid() {
		return this.#relay.pid;
	}

	async end() {
		await this.#link.end();
		rmSync(this.#folder, { recursive: true, force: true });
	}

	get #diary() {
		return join(this.#folder, 'diary');
	}

	/** When each picture of the fixture left the camera, by its index. @returns {number[][]} */
	#times(units) {
		const times = units.map(() => []);
		for (const line of readFileSync(this.#diary, 'latin1').trimEnd().split('\n')) {
			const [index, at] = line.split(' ').map(Number);
			times[index]?.push(at);
		}
		return times;
	}

	#shown(seen) {
		const { units } = loadFixture(this.#trial.fixture);
		const times = this.#times(units);
		return seen.map(([index, at]) => {
			const left = times[index]?.findLast((time) => time <= at + CLOCKS_MS);
			if (left === undefined) throw new Error('A picture was shown that was never sent');
			return { at, age: at - left, index, bytes: units[index].length };
		});
	}

	#arrivals({ viewers, tails }) {
		const { units } = loadFixture(this.#trial.fixture);
		const indexes = new Map(units.map((unit, index) => [tailOf(unit), index]));
		const times = this.#times(units);
		const indexOf = new Map(tails.map(([sequence, tail]) => [sequence, indexes.get(tail)]));
		return viewers.map((fields) => {
			const arrivals = [];
			for (let field = 0; field < fields.length; field += 4) {
				const [at, sequence, key, bytes] = fields.slice(field, field + 4);
				const index = indexOf.get(sequence);
				const left = times[index]?.findLast((time) => time <= at);
				if (left === undefined) throw new Error('A picture arrived that was never sent');
				arrivals.push({ at, age: at - left, index, sequence, key: key === 1, bytes });
			}
			return arrivals;
		});
	}
}

function setUpTokenOf(relay) {
	return new Promise((resolve) => {
		let said = '';
		relay.stdout.on('data', (chunk) => {
			said += chunk;
			const [, token] = /#setup=(\S+)/.exec(said) ?? [];
			if (token) resolve(token);
		});
	});
}

async function within(promise, complaint) {
	let timer;
	const late = new Promise((_, reject) => {
		timer = setTimeout(
			() => reject(new Error(`${typeof complaint === 'string' ? complaint : complaint()} for ${PATIENCE_MS / 1000} s`)),
			PATIENCE_MS,
		);
	});
	try {
		return await Promise.race([promise, late]);
	} finally {
		clearTimeout(timer);
	}
}
