// The smallest honest server in Node, to compare the relay with: what the language and its sockets cost alone.
//
//   node bare-loop.mjs SEED_PORT HTTP_PORT [CERT_FILE KEY_FILE]
//
// With a certificate its viewers speak TLS.
//
// One camera in length-prefixed JPEG (lp-jpeg), any number of viewers, who all get the same endless multipart body
// whatever they ask for. A picture is prepared once and shared; a viewer that is still taking an older picture misses the new one.

import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';

const LENGTH_BYTES = 4;
const HEAD = 'HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=picture\r\n\r\n';
const TAIL = Buffer.from('\r\n');

const [seedPort, httpPort] = process.argv.slice(2, 4).map(Number);
const [certFile, keyFile] = process.argv.slice(4);
/** @type {Set<import('node:net').Socket>} */
const viewers = new Set();

/** @param {Buffer} picture */
function broadcast(picture) {
	const head = Buffer.from(`--picture\r\nContent-Type: image/jpeg\r\nContent-Length: ${picture.length}\r\n\r\n`);
	const part = Buffer.concat([head, picture, TAIL]);
	for (const viewer of viewers) if (viewer.writableLength === 0) viewer.write(part);
}

createServer({ noDelay: true }, (camera) => {
	let rest = Buffer.alloc(0);
	camera.on('data', (chunk) => {
		rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
		while (rest.length >= LENGTH_BYTES) {
			const end = LENGTH_BYTES + rest.readUInt32BE(0);
			if (rest.length < end) break;
			if (end > LENGTH_BYTES) broadcast(rest.subarray(LENGTH_BYTES, end));
			rest = rest.subarray(end);
		}
	});
	camera.on('error', () => camera.destroy());
}).listen(seedPort, '127.0.0.1', 4096);

/** @param {import('node:net').Socket} viewer */
function welcome(viewer) {
	viewer.once('data', () => {
		viewer.write(HEAD);
		viewers.add(viewer);
	});
	viewer.on('close', () => viewers.delete(viewer));
	viewer.on('error', () => viewer.destroy());
}

const server =
	certFile && keyFile
		? createTlsServer({ noDelay: true, cert: readFileSync(certFile), key: readFileSync(keyFile) }, welcome)
		: createServer({ noDelay: true }, welcome);
server.listen(httpPort, '127.0.0.1', 4096);
