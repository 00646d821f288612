import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeJpeg } from '@oriel/media';
import { encodeLengthPrefixed } from '@oriel/protocol';
import { TestPattern } from '@oriel/testcard';
import { type MjpegViewer, watchMjpeg } from '@oriel/testing/mjpeg-viewer';
import { Program } from '@oriel/testing/program';
import { RelayProcess } from '@oriel/testing/relay-process';
import { until } from '@oriel/testing/until';

const SENDER = new URL('seed_sender.py', import.meta.url).pathname;
/** Of a sender that goes by its own clock. */
export const FPS = 24;

/** A relay with a port for the seed's sender, and such senders, written in Python. */
export class SeedRelay implements AsyncDisposable {
	readonly relay: RelayProcess;
	readonly token: string;
	readonly #seedPort: string;
	readonly #folder = mkdtempSync(join(tmpdir(), 'oriel-seed-'));
	readonly #pictures = join(this.#folder, 'pictures');

	private constructor(relay: RelayProcess, token: string, seedPort: string) {
		this.relay = relay;
		this.token = token;
		this.#seedPort = seedPort;
		writeFileSync(this.#pictures, Buffer.concat(oneSecond().map(encodeLengthPrefixed)));
	}

	static async start(): Promise<SeedRelay> {
		const seed = ['--seed-port', '0', '--seed-camera', 'shed', '--seed-allow', '127.0.0.0/8'];
		const relay = await RelayProcess.start(seed);
		const [, seedPort = ''] = await relay.program.said(/"port":(\d+).*"msg":"seed port is open"/);
		return new SeedRelay(relay, await relay.addToken(), seedPort);
	}

	/** One that sends by its own clock, or a picture for each line that it is `told`. */
	sender(rate: number | 'told' = FPS): Program {
		return new Program('python3', [SENDER, '127.0.0.1', this.#seedPort, `${rate}`, this.#pictures]);
	}

	/** Lets viewers in, once there is a picture to be seen. */
	watch(count: number): Promise<readonly MjpegViewer[]> {
		const stream = `${this.relay.url}/cameras/shed/stream.mjpg`;
		return until('the relay to let the viewers in', async () => {
			if ((await this.head('/cameras/shed/snapshot.jpg')) !== 200) return undefined;
			return Promise.all(Array.from({ length: count }, () => watchMjpeg(stream, this.token)));
		});
	}

	/** How many pictures the relay has taken in. */
	framesTaken(): Promise<number> {
		return this.relay.metric('oriel_ingest_frames_total{camera="shed"}');
	}

	async head(path: string): Promise<number> {
		const headers = { authorization: `Bearer ${this.token}` };
		const response = await fetch(this.relay.url + path, { method: 'HEAD', headers });
		return response.status;
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await this.relay[Symbol.asyncDispose]();
		rmSync(this.#folder, { recursive: true });
	}
}

function oneSecond(): Uint8Array[] {
	const pattern = new TestPattern({ width: 640, height: 480, title: 'Shed', camera: 'shed' });
	return Array.from({ length: FPS }, (_, sequence) => {
		const picture = pattern.paint({ time: sequence, sequence, clockText: '14:02:31' });
		return encodeJpeg(picture, { quality: 80, padTo: 25_000 });
	});
}
