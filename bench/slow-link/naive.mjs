// `naive.mjs FIXTURE DIARY PORT all|free`: the sender that is written first. It sends every frame to every viewer, or,
// with "free", every picture that finds nothing waiting in the process. The rest is the kernel's default.
import { WebSocketServer } from 'ws';
import { encodeFrame } from '../../packages/protocol/dist/index.js';
import { play } from './play.mjs';

const [fixture, diary, port, when] = process.argv.slice(2);
const server = new WebSocketServer({
	port: Number(port),
	perMessageDeflate: false,
	handleProtocols: ([first]) => first,
});
/** The number of its only track. */
const CAMERA = 1;
/** What it may hold before it gives up: in this bench it is over long before. */
const MAX_WAITING_BYTES = 512 * 1024 * 1024;

play(fixture, diary, (data, sequence) => {
	const message = encodeFrame({ key: true, sequence, capturedAt: 0, data }, CAMERA);
	for (const viewer of server.clients) {
		if (when === 'free' && viewer.bufferedAmount > 0) continue;
		if (viewer.bufferedAmount > MAX_WAITING_BYTES) viewer.terminate();
		else viewer.send(message);
	}
});
