import { PacedUpload } from '@oriel/testing/paced-upload';
import { RelayProcess } from '@oriel/testing/relay-process';
import { until } from '@oriel/testing/until';
import { CAMERAS, INPUTS } from './inputs.ts';

/** A camera that is joined late has sent so many frames by then. */
const BEFORE = 20;
/** A relay that knows the cameras of `inputs.ts`, whose recordings are ready to be sent. */
export class Fixture implements AsyncDisposable {
	readonly relay: RelayProcess;
	/** The owner's. */
	readonly cookie: { readonly name: string; readonly value: string };
	readonly #pieces: ReadonlyMap<string, readonly Uint8Array[]>;
	readonly #keys: ReadonlyMap<string, string>;
	readonly #uploads: PacedUpload[] = [];

	private constructor(
		relay: RelayProcess,
		cookie: string,
		pieces: ReadonlyMap<string, readonly Uint8Array[]>,
		keys: ReadonlyMap<string, string>,
	) {
		this.relay = relay;
		const [name = '', value = ''] = cookie.split('=');
		this.cookie = { name, value };
		this.#pieces = pieces;
		this.#keys = keys;
	}

	static async open(): Promise<Fixture> {
		const record = async (camera: string) => [camera, (await INPUTS[camera]?.record()) ?? []] as const;
		const [relay, ...pieces] = await Promise.all([RelayProcess.start(), ...CAMERAS.map(record)]);
		const cookie = await relay.setUp();
		const keys = new Map<string, string>();
		for (const camera of CAMERAS) {
			keys.set(camera, await relay.addKey(camera));
			await until(`the relay to know ${camera}`, () => relay.knows(camera, cookie));
		}
		return new Fixture(relay, cookie, new Map(pieces), keys);
	}

	/** Begins with the camera that is joined late, and waits until it is late. */
	async beginEarly(): Promise<void> {
		const early = CAMERAS.filter((camera) => INPUTS[camera]?.isJoinedLate);
		for (const camera of early) this.#send(camera);
		for (const camera of early) await this.#hasSent(camera, BEFORE);
	}

	/** Begins with all others; resolves when the first frame of each is there. */
	async begin(): Promise<void> {
		const others = CAMERAS.filter((camera) => !INPUTS[camera]?.isJoinedLate);
		for (const camera of others) this.#send(camera);
		for (const camera of others) await this.#hasSent(camera, 1);
	}

	/** How many frames the relay has from a camera. */
	frames(camera: string): Promise<number> {
		return this.relay.metric(`oriel_ingest_frames_total{camera="${camera}"}`);
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await Promise.all(this.#uploads.map((upload) => upload[Symbol.asyncDispose]()));
		await this.relay[Symbol.asyncDispose]();
	}

	#send(camera: string): void {
		const { rate = 1 } = INPUTS[camera] ?? {};
		const url = `${this.relay.url}/cameras/${camera}/ingest`;
		const [key = '', pieces = []] = [this.#keys.get(camera), this.#pieces.get(camera)];
		this.#uploads.push(new PacedUpload(url, key, pieces, rate));
	}

	async #hasSent(camera: string, count: number): Promise<void> {
		await until(`${count} frames of ${camera}`, async () => (await this.frames(camera)) >= count);
	}
}
