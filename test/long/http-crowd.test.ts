// Issue 10, A.1 and A.5: ten thousand connections at once, those who are one too many, and all of them gone at once.
import { RawConnection } from '@oriel/testing/raw-connection';
import { cameraProcess, RelayProcess } from '@oriel/testing/relay-process';
import { until } from '@oriel/testing/until';
import { expect, it } from 'vitest';
import { bearer, message, messagesFor } from '../security/attacks/http-messages.ts';
import { COLLECTS, settledBytes } from './relay-memory.ts';

const NETWORKS = 50;
const EACH = 200;
/** More than the relay holds. */
const MORE = 1000;
const SIDE_BY_SIDE = 100;

/** Connections from many networks, a hundred at a time. */
async function crowd(port: number, count: number, from: number): Promise<RawConnection[]> {
	const all: RawConnection[] = [];
	while (all.length < count) {
		const some = Array.from({ length: SIDE_BY_SIDE }, (_, index) =>
			RawConnection.open(port, `127.${100 + ((from + all.length + index) % NETWORKS)}.0.1`),
		);
		all.push(...(await Promise.all(some)));
	}
	return all;
}

it('ten thousand connections are held, newcomers and viewers served, and nothing is left of them', async () => {
	await using relay = await RelayProcess.start([], undefined, COLLECTS);
	const token = await relay.addToken();
	const key = await relay.addKey('porch');
	await using camera = cameraProcess(relay.url, 'porch', key);
	// Each on a connection of its own: an idle one may have made room.
	const headers = { authorization: `Bearer ${token}`, connection: 'close' };
	const snapshot = async () => (await fetch(`${relay.url}/cameras/porch/snapshot.jpg`, { headers })).status;
	await until('pictures', async () => (await snapshot()) === 200);
	expect(camera.pid).toBeGreaterThan(0);

	using viewer = await RawConnection.open(relay.port);
	let taken = 0;
	viewer.socket.removeAllListeners('data').on('data', (chunk: Buffer) => {
		taken += chunk.length;
	});
	viewer.send(message('GET /cameras/porch/stream.mjpg', [bearer(token)]));
	await until('the viewer to see pictures', () => taken > 50_000);
	const seesMore = async () => {
		const before = taken;
		await until('the viewer to see more', () => taken > before + 50_000, 60_000);
	};
	/** After each round: a heap that has once been large stays so, but does not grow again. */
	const resident: number[] = [];

	for (let round = 0; round < 3; round++) {
		const all = await crowd(relay.port, NETWORKS * EACH, 0);
		all.push(...(await crowd(relay.port, MORE, NETWORKS * EACH)));
		// Idle ones have made room for as many newcomers; ten seconds later Node ends those that say nothing.
		await until('the first to make room', () => all.filter(({ isOver }) => isOver).length >= MORE);
		expect(await snapshot()).toBe(200);
		await seesMore();

		const target = { port: relay.port, camera: 'porch', token, share: '', key: 'wrong', hostileCamera: 'porch' };
		const texts = Object.values(messagesFor(target));
		// All at once: a request from nine of ten, something else from the tenth.
		for (const [index, connection] of all.entries()) {
			connection.send(index % 10 === 0 ? (texts[(index / 10) % texts.length] ?? '') : message('GET /healthz'));
		}
		await seesMore();
		for (const connection of all) connection.reset();
		await seesMore();
		expect(await snapshot()).toBe(200);
		resident.push(await settledBytes(relay));
	}
	process.stderr.write(`memory after each crowd: ${resident.map((bytes) => `${bytes >> 20} MiB`).join(', ')}\n`);
	expect(resident[2]).toBeLessThan((resident[1] ?? 0) * 1.1);
	const metrics = await (await fetch(`${relay.url}/metrics`, { headers })).text();
	expect(metrics.split('\n').filter((line) => /^oriel_faults_total{kind="(?!disk)/.test(line))).toEqual([]);
	expect(metrics).toMatch(/oriel_rate_limited_total{kind="idle-connections"} [1-9]/);
	expect(/^oriel_viewers{camera="porch",transport="mjpeg"} (\d+)/m.exec(metrics)?.[1]).toBe('1');
}, 900_000);
