import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { type Agent, type MediaUnit, type Sink, type Source, startAgent } from '@oriel/agent';
import { Backoff, concat, Secret, silentLog, systemClock } from '@oriel/base';
import { encodeJpeg } from '@oriel/media';
import { decode, encode, SUBPROTOCOL } from '@oriel/protocol';
import { addKey, addToken, openDataDirectory } from '@oriel/relay';
import { cameraId, readTimeCode, TestPattern } from '@oriel/testcard';
import { withinMs } from '@oriel/testing/patience';
import { RelayProcess } from '@oriel/testing/relay-process';
import { until } from '@oriel/testing/until';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';

const WIDTH = 160;
const HEIGHT = 120;

describe('3.3 / 18 two thousand idle connections', () => {
	it('from one address take its share and no more; another client is served, and they are ended in time', async () => {
		await using relay = await RelayProcess.start();
		const token = await relay.addToken();
		await relay.addKey('porch');
		const ask = async () => {
			const headers = { authorization: `Bearer ${token}` };
			return (await fetch(`${relay.url}/cameras/porch/snapshot.jpg`, { headers })).status;
		};
		await until('the relay to know token and camera', async () => (await ask()) === 503);
		const sockets: Socket[] = [];
		let open = 0;
		for (let count = 0; count < 2000; count++) {
			const socket = connect({ port: relay.port, host: '127.0.0.1', localAddress: '127.0.0.5' });
			socket.on('error', () => undefined);
			socket.on('connect', () => {
				open++;
				// Half a request: 3.3 / 16, slow headers.
				socket.write('GET / HTTP/1.1\r\nhost: x\r\nx-slow: ');
			});
			socket.on('close', () => open--);
			// Its end is only seen by who reads.
			socket.resume();
			sockets.push(socket);
		}
		await until('the relay to have refused those beyond its limit', () => open > 900 && open <= 1024);
		const began = performance.now();
		expect(await ask()).toBe(503);
		expect(performance.now() - began).toBeLessThan(withinMs(2000));
		// Ten seconds for headers, and a look every two.
		await until('the slow ones to be ended', () => open === 0);
		const again = connect({ port: relay.port, host: '127.0.0.1', localAddress: '127.0.0.5' });
		again.write('GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n');
		await new Promise<void>((resolve, reject) => {
			again.once('data', (chunk: Buffer) =>
				String(chunk).includes('200') ? resolve() : reject(new Error(String(chunk))),
			);
		});
		for (const socket of [...sockets, again]) socket.destroy();
	});
});

/** A camera that shows the same picture again and again, in which its number is written. */
class Still implements Source {
	readonly description = 'still';
	readonly capabilities = [];
	readonly #data: Uint8Array;

	constructor(data: Uint8Array) {
		this.#data = data;
	}

	async run(sink: Sink, signal: AbortSignal): Promise<void> {
		const format = { codec: 'jpeg', codecString: undefined, width: WIDTH, height: HEIGHT } as const;
		const show = () => {
			const frame: MediaUnit = { key: true, capturedAt: systemClock.now(), data: this.#data, format };
			sink.frame(frame);
		};
		const stop = systemClock.every(1000, show);
		show();
		await new Promise<void>((resolve) => {
			if (signal.aborted) resolve();
			else signal.addEventListener('abort', () => resolve(), { once: true });
		});
		stop();
	}
}

/** A viewer that comes back as the page does. */
class Watcher {
	readonly camera: string;
	readonly #url: string;
	readonly #token: string;
	readonly #check: (camera: string, picture: Uint8Array) => void;
	readonly #backoff = new Backoff({ minMs: 500, maxMs: 5000, share: 0.1, clock: systemClock, random: Math.random });
	#socket: WebSocket | undefined;
	#over = false;
	pictures = 0;

	constructor(url: string, token: string, camera: string, check: (camera: string, picture: Uint8Array) => void) {
		this.camera = camera;
		this.#url = url;
		this.#token = token;
		this.#check = check;
		this.#dial();
	}

	/** Forgets what it saw. */
	reset(): void {
		this.pictures = 0;
	}

	/** Loses its connection without a word. */
	drop(): void {
		this.#socket?.terminate();
	}

	end(): void {
		this.#over = true;
		this.drop();
	}

	#dial(): void {
		const headers = { authorization: `Bearer ${this.#token}` };
		const socket = new WebSocket(`${this.#url}/live`, SUBPROTOCOL, { headers, perMessageDeflate: false });
		this.#socket = socket;
		const names = new Map<number, string>();
		let ping: (() => void) | undefined;
		socket.on('open', () => {
			this.#backoff.reset();
			socket.send(encode({ type: 'watch', cameras: [this.camera] }));
			ping = systemClock.every(3000, () => socket.send(encode({ type: 'ping', sentAt: 0 })));
		});
		socket.on('message', (data: Buffer) => {
			for (const message of decode(data, { maxPictureBytes: 1_000_000 })) {
				if (message.type === 'announce') names.set(message.camera, message.name);
				if (message.type !== 'frame') continue;
				this.#check(names.get(message.camera) ?? '', message.data);
				if (names.get(message.camera) === this.camera) this.pictures++;
				socket.send(encode({ type: 'ack', camera: message.camera, sequence: message.sequence, ageMs: undefined }));
			}
		});
		socket.on('error', () => undefined);
		socket.on('close', () => {
			ping?.();
			if (!this.#over) systemClock.after(this.#backoff.next(), () => this.#over || this.#dial());
		});
	}
}

/** The camera's number in each of some JPEGs, read by ffmpeg and the time code's own reader. */
async function numbersIn(pictures: readonly Uint8Array[]): Promise<(number | undefined)[]> {
	const argv = ['-loglevel', 'error', '-f', 'mjpeg', '-i', 'pipe:0', '-fps_mode', 'passthrough', '-pix_fmt', 'rgba'];
	const raw = await new Promise<Buffer>((resolve, reject) => {
		const options = { encoding: 'buffer', maxBuffer: 256 << 20 } as const;
		const child = execFile('ffmpeg', [...argv, '-f', 'rawvideo', 'pipe:1'], options, (failure, stdout) =>
			failure ? reject(failure) : resolve(stdout),
		);
		child.stdin?.end(concat(pictures));
	});
	const size = WIDTH * HEIGHT * 4;
	return pictures.map((_, index) => {
		const rgba = raw.subarray(index * size, (index + 1) * size);
		return readTimeCode({ width: WIDTH, height: HEIGHT, rgba })?.camera;
	});
}

/** Memory of a process in bytes, as the kernel counts it. */
function residentBytes(pid: number): number {
	const [, pages = '0'] = readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ');
	return Number(pages) * 4096;
}

const CAMERAS = 200;
const VIEWERS = 1000;
/** All must be back in this time. */
const BACK_WITHIN_MS = withinMs(15_000);

describe('3.3 / 22 two hundred cameras and a thousand viewers who come back at once', () => {
	it('are all back in fifteen seconds, no viewer sees another’s camera, and the memory is what it was', async () => {
		await using relay = await RelayProcess.start(['--max-connections-per-address', '5000']);
		const directory = await openDataDirectory(relay.data, { clock: systemClock, log: silentLog });
		const { files } = directory;
		const names = Array.from({ length: CAMERAS }, (_, index) => `camera-${index}`);
		const keys = names.map((name) => new Secret(addKey(files, systemClock, name)));
		// Each viewer may see one camera: then a picture of another is a leak, and not only a mistake.
		const tokens = names.map(
			(name) => addToken(files, systemClock, { label: name, cameras: [name], lifetimeMs: undefined }).secret,
		);
		// Every fifth may see them all, as an owner may, and is told of every one that comes back.
		const forAll = addToken(files, systemClock, { label: 'all', cameras: [], lifetimeMs: undefined }).secret;
		await directory.close();
		const tokenOf = (index: number) => (index % 5 === 0 ? forAll : (tokens[index % CAMERAS] as string));
		const pictures = names.map((camera) => {
			const pattern = new TestPattern({ width: WIDTH, height: HEIGHT, title: camera, camera });
			const moment = { time: 1_795_341_727_123_456, sequence: 1, clockText: '14:02' };
			return encodeJpeg(pattern.paint(moment), { quality: 60 });
		});
		const hash = (picture: Uint8Array) => createHash('sha256').update(picture).digest('hex');
		const numbers = await numbersIn(pictures);
		expect(new Set(numbers).size).toBe(CAMERAS);
		// Which camera's number is in a picture is read once from its pixels; afterwards its bytes tell.
		const numberOf = new Map(pictures.map((picture, index) => [hash(picture), numbers[index]]));
		const wrong: string[] = [];
		let seen = 0;
		const check = (camera: string, picture: Uint8Array) => {
			seen++;
			if (numberOf.get(hash(picture)) !== cameraId(camera)) wrong.push(camera);
		};

		const agents: Agent[] = names.map((name, index) =>
			startAgent(
				{ relay: relay.url, name, key: keys[index] as Secret, source: new Still(pictures[index] as Uint8Array) },
				{ clock: systemClock, log: silentLog, random: Math.random },
			),
		);
		const watchers = Array.from({ length: VIEWERS }, (_, index) => {
			const name = names[index % CAMERAS] as string;
			return new Watcher(relay.url.replace('http', 'ws'), tokenOf(index), name, check);
		});
		const allWatch = (count = 1) => watchers.every(({ pictures }) => pictures >= count);
		const { pid } = relay.program;
		try {
			await until('all to watch', () => allWatch(3));
			const before = residentBytes(pid);

			// All viewers lose their connections at once, twice: what they leave behind must be gone.
			for (let round = 0; round < 2; round++) {
				for (const watcher of watchers) watcher.drop();
				for (const watcher of watchers) watcher.reset();
				const began = performance.now();
				await until('all viewers to be back', () => allWatch(), BACK_WITHIN_MS);
				expect(performance.now() - began).toBeLessThan(BACK_WITHIN_MS);
			}
			await until('all to go on', () => allWatch(3));
			await until('the memory to be what it was', () => residentBytes(pid) < before * 1.25 + (16 << 20));

			// The relay itself goes and comes back: cameras and viewers at once.
			await relay.crash();
			for (const watcher of watchers) watcher.reset();
			await relay.start();
			const began = performance.now();
			await until('cameras and viewers to be back', () => allWatch(), BACK_WITHIN_MS);
			const took = performance.now() - began;
			expect(took).toBeLessThan(BACK_WITHIN_MS);
			expect(wrong).toEqual([]);
			expect(seen).toBeGreaterThan(VIEWERS * 5);
			process.stderr.write(`reconnect storm: all back in ${Math.round(took)} ms\n`);
		} finally {
			for (const watcher of watchers) watcher.end();
			for (const agent of agents) agent.abort();
			await Promise.all(agents.map((agent) => agent.closed.catch(() => undefined)));
		}
	}, 600_000);
});
