import { type Log, silentLog } from '@oriel/base';
import type { Access } from '../../../../packages/relay/src/auth/access.ts';
import type { Lease } from '../../../../packages/relay/src/auth/leases.ts';
import type { Principal } from '../../../../packages/relay/src/auth/policy.ts';
import type { Exchange } from '../../../../packages/relay/src/http/route.ts';
import { streamMjpeg } from '../../../../packages/relay/src/outputs/mjpeg/mjpeg.ts';
import { FakeClock } from '../fake-clock.ts';
import { lonelyCamera, publishTo, push } from './camera.ts';
import { FakeSocket } from './fake-socket.ts';
import { plentyOfMemory } from './memory.ts';

/** One camera and one viewer on the slowest link there is. */
export function slowViewer(streamTo = streamMjpeg, socket = new FakeSocket()) {
	const clock = new FakeClock();
	const camera = lonelyCamera(clock);
	const stream = publishTo(camera);
	const stopping = new AbortController();
	const leases = new Set<() => void>();
	const access = {
		lease({ ended }: Lease) {
			leases.add(ended);
			return () => leases.delete(ended);
		},
	} as unknown as Access;
	const left: object[] = [];
	const log: Log = { ...silentLog, info: (_words, fields = {}) => left.push(fields) };
	const memory = plentyOfMemory();
	let behind = 0;
	const fellBehind = () => {
		behind++;
	};
	const begin = () =>
		streamTo(
			camera.video,
			{
				request: { method: 'GET' },
				takeSocket: () => socket,
				who: { kind: 'viewer', credential: 'x', cameras: undefined },
			} as unknown as Exchange<Principal>,
			{ clock, log, access, signal: stopping.signal, fellBehind, ...memory },
		);
	/** The shade of a picture that was written, by its length: pictures of this test have 1000 + shade bytes. */
	const shown = () =>
		socket.taken.flatMap((chunk) => {
			const [, length] = /Content-Length: (\d+)/.exec(chunk.toString('latin1')) ?? [];
			return length === undefined ? [] : [Number(length) - 1000];
		});
	const picture = (shade: number) => push(stream, new Uint8Array(1000 + shade));
	const fallen = () => behind;
	/** Seconds go by. */
	const pass = (seconds: number) => {
		for (let second = 0; second < seconds; second++) {
			clock.advance(1000);
			camera.tick(clock.now());
		}
	};
	return { memory, left, pass, clock, camera, stream, stopping, leases, socket, begin, shown, picture, fallen };
}

/** Drains all that is written before the first picture: headers and the first boundary. */
export async function drainHead({ socket }: { socket: FakeSocket }): Promise<void> {
	await socket.drain();
	await socket.drain();
}
