// `viewers.mjs PORT PATH HEADER COUNT`: asks COUNT times for an endless answer and counts its bytes. Says "ready" when every one
// has some; reads "begin" and "end".
import { connect } from 'node:net';
import { createInterface } from 'node:readline';

const [port, path, header, count] = process.argv.slice(2);
const RETRY_MS = 100;
/** The head alone is shorter. */
const ENOUGH_BYTES = 5000;
const counts = new Array(Number(count)).fill(0);
let began = 0;

function say(words) {
	process.stdout.write(`${JSON.stringify(words)}\n`);
}

function watch(index) {
	const socket = connect(Number(port), '127.0.0.1', () => {
		socket.write(`GET ${path} HTTP/1.1\r\nhost: bench\r\n${header}\r\n\r\n`);
	});
	socket.on('data', (chunk) => {
		counts[index] += chunk.length;
	});
	socket.on('error', () => {});
	// Until the camera is there the answer is 503.
	socket.on('close', () => setTimeout(watch, RETRY_MS, index));
}

counts.forEach((_, index) => {
	watch(index);
});
const waiting = setInterval(() => {
	if (counts.some((bytes) => bytes < ENOUGH_BYTES)) return;
	clearInterval(waiting);
	say({ event: 'ready' });
}, RETRY_MS);

createInterface({ input: process.stdin }).on('line', (line) => {
	if (line === 'begin') {
		counts.fill(0);
		began = performance.now();
		return;
	}
	const bytes = counts.reduce((sum, one) => sum + one, 0);
	say({ event: 'measured', bytes, least: Math.min(...counts), lasted: (performance.now() - began) / 1000 });
});
