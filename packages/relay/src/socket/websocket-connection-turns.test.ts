// Many connections of which each sends all that it may in one turn of the event loop.
import { encode } from '@oriel/protocol';
import { fromClient, openConnection } from '@oriel/testing/relay/open-connection';
import { rounds } from '@oriel/testing/turns';
import { expect, it } from 'vitest';
import { Turns } from '../http/turns.ts';
import { MAX_MESSAGE_BURST, MAX_PACKETS_PER_TURN } from './message-budget.ts';

const PING = encode({ type: 'ping', sentAt: 0 });
const BURST = fromClient(Buffer.concat(Array<Uint8Array>(MAX_MESSAGE_BURST).fill(PING)));
const turn = () => new Promise((resolve) => setImmediate(resolve));

it('a few packets are read in each turn, and another credential has to wait for one of them', async () => {
	const turns = new Turns(MAX_PACKETS_PER_TURN);
	let heard = 0;
	const crowd = Array.from({ length: 200 }, () => openConnection(() => heard++, { turns, owner: 'crowd' }));
	let others = 0;
	const other = openConnection(() => others++, { turns, owner: 'other' });
	await rounds();
	for (const { socket } of crowd) socket.push(BURST);
	other.socket.push(fromClient(PING));
	let before = 0;
	const seen: number[] = [];
	for (let count = 0; count < 12; count++) {
		await turn();
		// What came and what waited share the first turn: it has both.
		expect((heard - before) / MAX_MESSAGE_BURST).toBeLessThanOrEqual((count === 0 ? 2 : 1) * MAX_PACKETS_PER_TURN);
		before = heard;
		seen.push(others);
	}
	expect(heard).toBe(200 * MAX_MESSAGE_BURST);
	// In the turn after the one in which it came.
	expect(seen[2]).toBe(1);
	for (const { socket } of [...crowd, other]) socket.destroy();
});

it('whole messages that wait for their turn are counted as held', async () => {
	const { memory, socket } = openConnection(() => {}, { turns: new Turns(1) });
	await rounds();
	const bytes = Buffer.concat(Array<Buffer>(MAX_MESSAGE_BURST).fill(fromClient(PING)));
	socket.push(Uint8Array.from(bytes));
	await Promise.resolve();
	expect(memory.incoming.used).toBe(bytes.length);
	await rounds();
	expect(memory.incoming.used).toBe(0);
	socket.destroy();
});

it('what waits for its turn is counted as held, once, until it has been read', async () => {
	const turns = new Turns(1);
	let heard = 0;
	const fixtures = [1, 2, 3].map((at) => openConnection(() => heard++, { turns, owner: `owner ${at}` }));
	await rounds();
	const packet = Buffer.alloc(50_000, 0);
	// One message, and the beginning of another.
	const bytes = Buffer.concat([fromClient(PING), fromClient(packet).subarray(0, 40_000)]);
	for (const { socket } of fixtures) socket.push(Uint8Array.from(bytes));
	await Promise.resolve();
	const [, , last] = fixtures;
	expect(heard).toBeLessThan(3);
	expect(last?.memory.incoming.used).toBeGreaterThanOrEqual(bytes.length);
	expect(last?.memory.incoming.used).toBeLessThan(1.2 * bytes.length);
	for (const { socket } of fixtures) socket.push(Uint8Array.from(fromClient(packet).subarray(40_000)));
	await rounds();
	expect(heard).toBe(3);
	expect(fixtures.map(({ memory }) => memory.incoming.used)).toEqual([0, 0, 0]);
	for (const { socket } of fixtures) socket.destroy();
});
