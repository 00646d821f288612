// What source.c does, where there is no C compiler. See there.
//
//   node source.mjs PORT FPS FILE

import { readFileSync } from 'node:fs';
import { connect } from 'node:net';

const LENGTH_BYTES = 4;
const TIME_AT = LENGTH_BYTES + 14;
const COUNT_AT = LENGTH_BYTES + 22;

const [port, fps, file] = process.argv.slice(2);
const picture = readFileSync(file);
const interval = 1000 / Number(fps);
let count = 0;
let due = performance.now();

const socket = connect({ port: Number(port), host: '127.0.0.1', noDelay: true });
socket.on('connect', sendNext);
socket.on('close', () => process.exit(1));
socket.on('error', (error) => process.stderr.write(`${error.message}\n`));
socket.resume();

function sendNext() {
	const message = Buffer.alloc(LENGTH_BYTES + picture.length);
	message.writeUInt32BE(picture.length);
	picture.copy(message, LENGTH_BYTES);
	message.writeBigUInt64LE(process.hrtime.bigint(), TIME_AT);
	message.writeUInt32LE(++count, COUNT_AT);
	socket.write(message);
	due += interval;
	setTimeout(sendNext, due - performance.now());
}
