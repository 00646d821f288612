// What viewers.c does, where there is no C compiler; `mjpeg` only. See there.
//
//   node viewers.mjs mjpeg PORT PATH COUNT [HEADER]

import { connect } from 'node:net';
import { createInterface } from 'node:readline';

const MARKER_AT = 6;
const TIME_AT = 14;
const COUNT_AT = 22;
const STAMP_END = 26;
const READ_BYTES = 1 << 18;
const NAME = 'content-length:';

const [, port, path, count, header = ''] = process.argv.slice(2);
/** All viewers read into the same memory: what is not kept is gone. */
const shared = Buffer.alloc(READ_BYTES);
let newest = 0;
let closed = 0;
/** @type {{from: number, newestFrom: number, delays: number[]} | undefined} */
let measurement;

class Viewer {
	pictures = 0;
	missed = 0;
	#head = Buffer.alloc(0);
	#skip = 0;
	/** @type {bigint | undefined} */
	#stamp;
	#counter = 0;
	#last = 0;

	constructor() {
		const onread = {
			buffer: shared,
			callback: (size, buffer) => {
				this.#take(buffer.subarray(0, size));
				return true;
			},
		};
		const socket = connect({ port: Number(port), host: '127.0.0.1', noDelay: true, onread });
		socket.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n${header}${header && '\r\n'}\r\n`);
		socket.on('error', () => {});
		socket.on('close', () => closed++);
	}

	#take(bytes) {
		let rest = bytes;
		while (rest.length > 0) {
			if (this.#skip > 0) {
				const gone = Math.min(this.#skip, rest.length);
				this.#skip -= gone;
				rest = rest.subarray(gone);
				if (this.#skip === 0) this.#complete();
				continue;
			}
			const seen = Buffer.concat([this.#head, rest]);
			const picture = findPicture(seen);
			if (!picture) {
				this.#head = seen;
				return;
			}
			this.#stamp = seen.readBigUInt64LE(picture.at + TIME_AT);
			this.#counter = seen.readUInt32LE(picture.at + COUNT_AT);
			this.#skip = picture.length;
			rest = seen.subarray(picture.at);
			this.#head = Buffer.alloc(0);
		}
	}

	#complete() {
		this.pictures++;
		if (this.#last && this.#counter > this.#last + 1) this.missed += this.#counter - this.#last - 1;
		this.#last = this.#counter;
		newest = Math.max(newest, this.#counter);
		measurement?.delays.push(Number(process.hrtime.bigint() - (this.#stamp ?? 0n)) / 1e6);
	}
}

function findPicture(bytes) {
	const text = bytes.toString('latin1', 0, 4096).toLowerCase();
	if (text.startsWith('http/') && !text.startsWith('http/1.1 200')) fail(`unexpected answer: ${text.slice(0, 300)}`);
	const name = text.indexOf(NAME);
	const end = name < 0 ? -1 : text.indexOf('\r\n\r\n', name);
	const at = end + 4;
	if (end < 0 || bytes.length < at + STAMP_END) return undefined;
	if (bytes.toString('latin1', at + MARKER_AT, at + TIME_AT) !== 'ORIELTS0') fail('a picture came without a stamp');
	return { at, length: Number.parseInt(text.slice(name + NAME.length), 10) };
}

function fail(words) {
	process.stderr.write(`${words}\n`);
	process.exit(1);
}

function say(event) {
	process.stdout.write(`${JSON.stringify(event)}\n`);
}

function measure(seconds) {
	for (const viewer of viewers) viewer.pictures = viewer.missed = 0;
	closed = 0;
	measurement = { from: performance.now(), newestFrom: newest, delays: [] };
	setTimeout(report, seconds * 1000);
}

function report() {
	if (!measurement) return;
	const { from, newestFrom, delays } = measurement;
	measurement = undefined;
	const seconds = (performance.now() - from) / 1000;
	delays.sort((a, b) => a - b);
	const percentile = (part) => delays[Math.floor((delays.length - 1) * part)] ?? 0;
	const each = viewers.map((viewer) => viewer.pictures);
	say({
		event: 'measured',
		seconds,
		sourceFps: (newest - newestFrom) / seconds,
		pictures: delays.length,
		missed: viewers.reduce((sum, viewer) => sum + viewer.missed, 0),
		closed,
		fps: {
			mean: delays.length / seconds / viewers.length,
			min: Math.min(...each) / seconds,
			max: Math.max(...each) / seconds,
		},
		delayMs: { p50: percentile(0.5), p95: percentile(0.95), p99: percentile(0.99), max: percentile(1) },
	});
}

const viewers = Array.from({ length: Number(count) }, () => new Viewer());
const waiting = setInterval(() => {
	if (viewers.some((viewer) => viewer.pictures < 2)) return;
	clearInterval(waiting);
	say({ event: 'ready' });
}, 20);
setTimeout(
	() => viewers.some((viewer) => viewer.pictures < 2) && fail('not every viewer got pictures'),
	60_000,
).unref();
const commands = createInterface({ input: process.stdin });
commands.on('line', (line) => measure(Number(line.replace('measure ', ''))));
commands.on('close', () => process.exit(0));
