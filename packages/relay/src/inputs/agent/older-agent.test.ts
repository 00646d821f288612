import { readFileSync } from 'node:fs';
import { decode, type FrameMessage, SUBPROTOCOL } from '@oriel/protocol';
import { FakeClock } from '@oriel/testing/fake-clock';
import { RunningRelay } from '@oriel/testing/relay/running-relay';
import { until } from '@oriel/testing/turns';
import { expect, it } from 'vitest';
import { WebSocket } from 'ws';

interface Recorded {
	readonly from: 'agent' | 'relay';
	readonly bytes: string;
}

const VECTORS = new URL('../../../../../test/vectors/agent-0.1.json', import.meta.url);
const { messages }: { messages: readonly Recorded[] } = JSON.parse(readFileSync(VECTORS, 'utf8'));

it('an agent of an earlier version works as before, byte for byte', async () => {
	await using relay = await RunningRelay.start({ clock: new FakeClock(), cameras: ['door'] });
	await using viewer = await relay.viewer();
	viewer.watch('door');
	const sent = messages.filter(({ from }) => from === 'agent').map(({ bytes }) => Buffer.from(bytes, 'hex'));
	const frames = sent.flatMap((bytes) => decode(bytes)).filter((each): each is FrameMessage => each.type === 'frame');
	expect(frames.length).toBeGreaterThan(5);
	const agent = new WebSocket(`${relay.url.replace('http', 'ws')}/agent`, SUBPROTOCOL, {
		headers: { authorization: `Bearer ${relay.key('door')}` },
	});
	const acks = new Set<number>();
	let code: number | undefined;
	agent.on('message', (data: Buffer) => {
		for (const message of decode(data)) if (message.type === 'ack') acks.add(message.sequence);
	});
	agent.on('close', (closed) => {
		code = closed;
	});
	await new Promise((resolve) => agent.once('open', resolve));
	const seen = new Set<number>();
	viewer.onFrame = (frame) => {
		seen.add(frame.sequence);
		expect(Buffer.compare(frame.data, frames[frame.sequence - 1]?.data ?? new Uint8Array())).toBe(0);
		viewer.ack(frame);
	};
	const goodbye = sent.pop();
	for (const bytes of sent) agent.send(bytes);
	await until(() => acks.size === frames.length && seen.size === frames.length);
	expect(viewer.last('announce')).toMatchObject({ name: 'door', codec: 'h264', width: 160, height: 120 });
	expect(code).toBeUndefined();
	if (goodbye) agent.send(goodbye);
	await until(() => code !== undefined);
	expect(code).toBe(1000);
});
