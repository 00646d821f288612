// One ceiling for the whole relay: every pool is attacked at the same time, with real sockets, in a process of its own.
import type { Attack, Target } from '@oriel/testing/attack';
import { jpegOfSize } from '@oriel/testing/jpegs';
import { Peer } from '@oriel/testing/relay/peer';
import { until } from '@oriel/testing/until';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { memoryCeiling, OTHER_BYTES } from '../../packages/relay/src/memory/ceiling.ts';
import { memoryLimits } from '../../packages/relay/src/memory/limits.ts';
import { groupsWithoutEnd, tinyFramesInLargeMessages } from './attacks/memory-frames.ts';
import { messagesThatStop, uploadsThatStop } from './attacks/memory-partial.ts';
import { longestLists, longestWords } from './attacks/memory-state.ts';
import { largePictures, questionsWithoutEnd, viewersThatNeverRead } from './attacks/memory-unread.ts';
import { RelayUnderWatch } from './ceiling/relay-under-watch.ts';

const MIB = 1024 * 1024;
const MAX_PICTURE = 1 * MIB;
const POOLS = { frames: 8 * MIB, incoming: 8 * MIB, unsent: 8 * MIB, feeds: 1 * MIB };
const FULL = ['frames', 'incoming', 'unsent'] as const;
const CONNECTIONS = 600;
/** Two cores that others use as well: everything takes its time, nothing is measured. */
const PATIENCE_MS = 150_000;

const ATTACKS: readonly Attack[] = [
	tinyFramesInLargeMessages,
	groupsWithoutEnd,
	uploadsThatStop,
	messagesThatStop,
	largePictures,
	viewersThatNeverRead,
	questionsWithoutEnd,
	longestWords,
	longestLists,
];
const HOSTILE = ATTACKS.map((_, at) => `hostile-${at}`);

let relay: RelayUnderWatch;
let over: AbortController;

beforeEach(async () => {
	over = new AbortController();
	const limits = { maxPictureBytes: MAX_PICTURE, maxConnections: CONNECTIONS, memory: POOLS };
	relay = await RelayUnderWatch.start({ ...limits, cameras: ['door', ...HOSTILE] });
}, PATIENCE_MS);

afterEach(async () => {
	over.abort();
	await relay[Symbol.asyncDispose]();
});

function targetOf(attack: Attack): Target {
	const { port, keys, tokens } = relay.started;
	const camera = HOSTILE[ATTACKS.indexOf(attack)] ?? '';
	// Those who never read watch the camera whose pictures are large.
	const hostileCamera = attack === viewersThatNeverRead ? (HOSTILE[ATTACKS.indexOf(largePictures)] ?? '') : camera;
	return { port, camera: 'door', token: tokens[0], share: '', key: keys[camera] ?? '', hostileCamera };
}

/** An honest camera and its viewer, who answers everything. */
async function honest() {
	const url = `ws://127.0.0.1:${relay.started.port}`;
	const agent = await Peer.open(`${url}/agent`, relay.started.keys.door ?? '');
	const viewer = await Peer.open(`${url}/live`, relay.started.tokens[1]);
	const seen: number[] = [];
	agent.announce('door');
	viewer.watch('door');
	viewer.onFrame = (frame) => {
		seen.push(frame.sequence);
		viewer.ack(frame, 0);
	};
	const alive = setInterval(() => {
		for (const peer of [agent, viewer]) peer.send({ type: 'ping', sentAt: 0 });
	}, 1000);
	over.signal.addEventListener('abort', () => clearInterval(alive));
	let sent = 0;
	const picture = async () => {
		agent.frame(sent, jpegOfSize(20_000, sent % 200));
		sent++;
		await until(`picture ${sent}`, () => seen.length >= sent, PATIENCE_MS);
	};
	return { agent, viewer, seen, picture };
}

it(
	'is never passed while every pool is attacked at once, and an honest camera’s viewer gets every picture',
	async () => {
		const { agent, viewer, seen, picture } = await honest();
		const attacks = ATTACKS.map((attack) => attack(targetOf(attack), over.signal));
		const worst: Record<string, number> = {};
		const isFull = async () => {
			for (let count = 0; count < 10; count++) await picture();
			for (const [pool, used] of Object.entries(await relay.pools())) worst[pool] = Math.max(worst[pool] ?? 0, used);
			const passed = await relay.pools('oriel_memory_limited_total');
			return seen.length >= 50 && FULL.every((pool) => (passed[pool] ?? 0) > 0);
		};
		await until('every pool to be full', isFull, PATIENCE_MS);

		const limits = memoryLimits(MAX_PICTURE, POOLS);
		for (const [pool, most] of Object.entries(limits)) expect(worst[pool], pool).toBeLessThanOrEqual(most);
		const ceiling = memoryCeiling(limits, { connections: CONNECTIONS, cameras: HOSTILE.length + 1 });
		// No user signs in here, and few answers are under way.
		expect(relay.memory.peak).toBeLessThan(ceiling - OTHER_BYTES);
		expect(seen).toEqual(seen.map((_, at) => (seen[0] ?? 0) + at));
		expect([agent.code, viewer.code]).toEqual([undefined, undefined]);

		over.abort();
		await Promise.all([...attacks, agent[Symbol.asyncDispose](), viewer[Symbol.asyncDispose]()]);
		await until(
			'the memory of those who left to be free',
			async () => {
				const { arrayBuffers } = await relay.held();
				// One group, posters and prepared copies of cameras that are gone stay: what the pool of frames holds.
				return arrayBuffers < POOLS.frames + 4 * MIB;
			},
			PATIENCE_MS,
		);
	},
	2 * PATIENCE_MS,
);
