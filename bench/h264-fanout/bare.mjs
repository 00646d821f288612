// The smallest server that sends as many bytes: `bare.mjs PORT BYTES FPS` writes the same buffer to every client, FPS times a second.
import { createServer } from 'node:net';

const [port, bytes, fps] = process.argv.slice(2).map(Number);
const viewers = new Set();
const part = Buffer.alloc(bytes, 1);

createServer({ noDelay: true }, (viewer) => {
	viewer.once('data', () => {
		viewer.write('HTTP/1.1 200 OK\r\ncontent-type: video/mp4\r\n\r\n');
		viewers.add(viewer);
	});
	viewer.on('close', () => viewers.delete(viewer));
	viewer.on('error', () => viewer.destroy());
}).listen(port, '127.0.0.1', 4096);

const start = performance.now();
let sent = 0;
function next() {
	for (const viewer of viewers) if (viewer.writableLength === 0) viewer.write(part);
	sent++;
	setTimeout(next, Math.max(0, start + (sent * 1000) / fps - performance.now()));
}
next();
