import { type Agent, type Sink, type Source, startAgent } from '@oriel/agent';
import { type Micros, type Millis, micros, Secret, silentLog } from '@oriel/base';
import { encodeJpeg } from '@oriel/media';
import { SUBPROTOCOL } from '@oriel/protocol';
import { BentClock } from '@oriel/testing/bent-clock';
import { FakeClock } from '@oriel/testing/fake-clock';
import { RunningRelay } from '@oriel/testing/relay/running-relay';
import { rounds, until } from '@oriel/testing/turns';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { LiveConnection } from '../../packages/web/src/player/connection/live-connection.ts';
import type { SocketLike } from '../../packages/web/src/player/connection/live-socket.ts';

const FRAME_MS: Millis = 100;
/** How old each picture is when the camera hands it over. */
const CAMERA_DELAY: Micros = micros(70);
const HOUR: Micros = micros(3_600_000);
const SINCE_1970: Millis = Date.UTC(2026, 10, 22, 14, 2);

/** What the page said of a picture. */
interface Shown {
	readonly number: number;
	/** When it was shown, in true time since the film began. */
	readonly at: Millis;
	/** Age on the page less true age. */
	readonly error: Millis;
}

/** A camera whose pictures carry their number. */
class NumberedSource implements Source {
	readonly description = 'numbered pictures';
	readonly capabilities: readonly string[] = [];
	sink: Sink | undefined;
	#made = 0;

	async run(sink: Sink, signal: AbortSignal): Promise<void> {
		this.sink = sink;
		await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
		this.sink = undefined;
	}

	/** Makes one, and tells its number and bytes before it is on its way. */
	make(capturedAt: Micros, made: (number: number, bytes: Uint8Array) => void): void {
		const number = this.#made++;
		const grey = new Uint8Array(256).fill(number & 0xff);
		const chroma = new Uint8Array(64).fill(number >> 8);
		const bytes = encodeJpeg({ width: 16, height: 16, y: grey, cb: chroma, cr: chroma }, { quality: 100 });
		const format = { codec: 'jpeg', codecString: undefined, width: 16, height: 16 } as const;
		made(number, bytes);
		this.sink?.frame({ key: true, capturedAt, data: bytes, format });
	}
}

/** A real relay, a real agent and the page's own connection in one process, each with a clock of its own. */
class Fixture implements AsyncDisposable {
	readonly truth = new FakeClock();
	/** A Pi without a battery: its wall clock begins in 1970, and its steady one has a zero of its own. */
	readonly camera = new BentClock(this.truth, 20 * HOUR);
	readonly relay = new BentClock(this.truth, 123_456_789_000);
	readonly page = new BentClock(this.truth, -77_000_000);
	readonly shown: Shown[] = [];
	readonly #source = new NumberedSource();
	/** By bytes: number and true time of each picture. */
	readonly #taken = new Map<string, { readonly number: number; readonly at: Micros }>();
	readonly #beganAt = this.truth.now();
	#running: RunningRelay | undefined;
	#agent: Agent | undefined;
	#live: LiveConnection | undefined;
	#stop: (() => void) | undefined;

	static async open(): Promise<Fixture> {
		const fixture = new Fixture();
		fixture.camera.stepWall(-SINCE_1970);
		const { truth } = fixture;
		const relayClock = Object.assign(fixture.relay, { advance: (span: Millis) => truth.advance(span) });
		const running = await RunningRelay.start({ clock: relayClock, cameras: ['door'] });
		fixture.#running = running;
		fixture.#agent = startAgent(
			{ relay: running.url, name: 'door', key: new Secret(running.key('door')), source: fixture.#source },
			{ clock: fixture.camera, log: silentLog, random: () => 0.5 },
		);
		const headers = { authorization: `Bearer ${running.token()}` };
		fixture.#live = new LiveConnection({
			clock: fixture.page,
			random: () => 0.5,
			codecs: ['jpeg'],
			ask: async () => 'there',
			signals: () => () => {},
			dial: () => new WebSocket(`${running.url.replace('http', 'ws')}/live`, SUBPROTOCOL, { headers }) as SocketLike,
		});
		fixture.#stop = fixture.#live.watch('door', (picture) => {
			fixture.#show(picture.data, picture.ageMs());
			picture.settle(picture.ageMs());
		});
		await fixture.film(3);
		return fixture;
	}

	/** A picture every 100 ms, each of which must reach the page before the next is made. */
	async film(seconds: number): Promise<void> {
		for (let gone = 0; gone < seconds * 1000; gone += FRAME_MS) {
			const before = this.shown.length;
			if (this.#source.sink) {
				this.#source.make(this.camera.now() - CAMERA_DELAY, (number, bytes) =>
					this.#taken.set(keyOf(bytes), { number, at: this.truth.now() - CAMERA_DELAY }),
				);
				// Before the first has come, there are no viewers yet.
				if (before > 0) await until(() => this.shown.length > before);
			}
			await rounds(6);
			this.truth.advance(FRAME_MS);
			await rounds(6);
		}
	}

	/** True time since the beginning. */
	get time(): Millis {
		return (this.truth.now() - this.#beganAt) / 1000;
	}

	/** Greatest error of all ages shown from then on. */
	worstSince(time: Millis): Millis {
		const ages = this.shown.filter(({ at }) => at >= time);
		expect(ages.length).toBeGreaterThan(10);
		return Math.max(...ages.map(({ error }) => Math.abs(error)));
	}

	/** That from the first picture shown to the last none is missing. */
	expectWhole(): void {
		const first = this.shown[0]?.number ?? 0;
		expect(this.shown.map(({ number }) => number)).toEqual(this.shown.map((_, index) => first + index));
	}

	async [Symbol.asyncDispose](): Promise<void> {
		this.#stop?.();
		this.truth.advance(6000);
		this.#agent?.abort();
		await this.#agent?.closed;
		await this.#running?.[Symbol.asyncDispose]();
	}

	#show(data: Uint8Array, ageMs: Millis | undefined): void {
		const taken = this.#taken.get(keyOf(data));
		if (!taken) throw new Error('a frame that was not made');
		const error = ageMs === undefined ? Number.POSITIVE_INFINITY : ageMs - (this.truth.now() - taken.at) / 1000;
		this.shown.push({ number: taken.number, at: this.time, error });
	}
}

/** No two pictures have the same bytes. */
function keyOf(picture: Uint8Array): string {
	return Buffer.from(picture).toString('latin1');
}

describe('the age that the page shows', () => {
	it.each([
		['an hour forward', 3_600_000],
		['an hour back', -3_600_000],
		['from 1970 to now', SINCE_1970],
	])('is right, and no picture is lost, when the camera’s wall clock steps %s', async (_words, by) => {
		await using fixture = await Fixture.open();
		const steppedAt = fixture.time;
		fixture.camera.stepWall(by);
		await fixture.film(10);
		expect(fixture.worstSince(steppedAt)).toBeLessThan(50);
		fixture.expectWhole();
	});

	it.each([
		['an hour forward', HOUR],
		['an hour back', -HOUR],
	])(
		'is right again within a second, and no picture is lost, when the camera’s steady clock jumps %s',
		async (_words, by) => {
			await using fixture = await Fixture.open();
			const steppedAt = fixture.time;
			fixture.camera.step(by);
			await fixture.film(12);
			expect(fixture.worstSince(steppedAt + 1000)).toBeLessThan(50);
			fixture.expectWhole();
		},
	);

	it('is right again within 5 s when the camera’s steady clock jumps by less than would make a picture suspect', async () => {
		await using fixture = await Fixture.open();
		const steppedAt = fixture.time;
		fixture.camera.step(-500_000);
		await fixture.film(12);
		expect(fixture.worstSince(steppedAt + 5000)).toBeLessThan(50);
		fixture.expectWhole();
	});

	it.each(['camera', 'relay', 'page'] as const)(
		'is right again within 5 s when the %s’s machine was suspended for 3 s',
		async (which) => {
			await using fixture = await Fixture.open();
			fixture[which].freeze();
			fixture.truth.advance(3000);
			fixture[which].thaw();
			const wokenAt = fixture.time;
			await fixture.film(12);
			expect(fixture.worstSince(wokenAt + 5000)).toBeLessThan(50);
			fixture.expectWhole();
		},
	);

	it('survives all three at once, again and again', async () => {
		await using fixture = await Fixture.open();
		for (const by of [HOUR, -HOUR / 2, 30_000_000]) {
			fixture.camera.step(by);
			fixture.camera.stepWall(-by / 1000);
			fixture.relay.stepWall(by / 500);
			const steppedAt = fixture.time;
			await fixture.film(8);
			expect(fixture.worstSince(steppedAt + 5000)).toBeLessThan(50);
		}
		fixture.expectWhole();
	});
});
