import { silentLog } from '@oriel/base';
import type { EncodedFrame } from '@oriel/stream';
import { FakeClock } from '@oriel/testing/fake-clock';
import { lonelyCamera, publishTo, push, pushDelta } from '@oriel/testing/relay/camera';
import { beforeEach, describe, expect, it } from 'vitest';
import { Camera } from './camera.ts';
import type { Format } from './frame.ts';
import { MAX_NEWS_BURST, MAX_NEWS_PER_SECOND } from './news.ts';
import type { EndReason } from './publication.ts';
import type { Viewer } from './viewer.ts';

const PAYLOAD = new Uint8Array(100);

let clock: FakeClock;
let camera: Camera;
let changes: number;

/** A viewer that takes everything. */
class Eye implements Viewer {
	readonly transport = 'live';
	readonly seen: EncodedFrame[] = [];
	removed = false;
	ticks = 0;

	offer(frame: EncodedFrame): void {
		this.seen.push(frame);
	}

	cameraRemoved(): void {
		this.removed = true;
	}

	tick(): void {
		this.ticks++;
	}
}

/** Seconds pass, each with the hub's tick. */
function pass(seconds: number): void {
	for (let second = 0; second < seconds; second++) {
		clock.advance(1000);
		camera.tick(clock.now());
	}
}

beforeEach(() => {
	clock = new FakeClock();
	changes = 0;
	camera = lonelyCamera(clock, () => {
		changes++;
	});
});

describe('a takeover', () => {
	it('tells the old publisher once, ignores all it still does, and stays live with one sequence', () => {
		const told: EndReason[] = [];
		const eye = new Eye();
		camera.video.attach(eye);
		const old = publishTo(camera, told);
		push(old, PAYLOAD);
		const fresh = publishTo(camera);
		expect(told).toEqual(['taken-over']);
		expect(camera.condition.state).toBe('live');
		push(old, PAYLOAD);
		old.trouble('none of your business');
		old.video.describe({ codec: 'jpeg', width: 1, height: 1 });
		old.close('late');
		push(fresh, PAYLOAD);
		expect(eye.seen.map(({ sequence }) => sequence)).toEqual([1, 2]);
		expect([camera.run, camera.counters.reconnects, camera.video.counters.frames]).toEqual([2, 1, 2]);
		expect([camera.condition.state, camera.video.format.width]).toEqual(['live', 0]);
		expect(told).toEqual(['taken-over']);
	});

	it('by a publisher that then sends nothing is noticed as a stall', () => {
		push(publishTo(camera), PAYLOAD);
		publishTo(camera);
		pass(4);
		expect(camera.condition.state).toBe('stalled');
	});

	it('tells every viewer that there is a new stream', () => {
		push(publishTo(camera), PAYLOAD);
		const before = changes;
		publishTo(camera);
		expect(changes).toBe(before + 1);
	});
});

describe('the condition', () => {
	it('is never, then live, then stalled after three seconds, then live again', () => {
		const stream = publishTo(camera);
		expect(camera.condition).toMatchObject({ state: 'never', since: 1_000_000_000 });
		pass(10);
		expect(camera.condition.state).toBe('never');
		push(stream, PAYLOAD);
		const last = clock.now();
		expect(camera.condition).toEqual({ state: 'live', since: last, reason: undefined });
		clock.advance(100);
		push(stream, PAYLOAD);
		pass(3);
		expect(camera.condition.state).toBe('live');
		pass(1);
		expect(camera.condition).toEqual({ state: 'stalled', since: last + 100_000, reason: undefined });
		push(stream, PAYLOAD);
		expect(camera.condition).toEqual({ state: 'live', since: clock.now(), reason: undefined });
	});

	it('of a camera with one picture so far is live for a minute and a half: its next may come in a minute', () => {
		push(publishTo(camera), PAYLOAD);
		pass(90);
		expect(camera.condition.state).toBe('live');
		pass(1);
		expect(camera.condition.state).toBe('stalled');
	});

	it('of a camera that comes with each picture again is live in between, and offline when the next is overdue', () => {
		const numbers = [0, 1, 2, 3, 4].map(() => {
			const stream = publishTo(camera);
			push(stream, PAYLOAD);
			stream.closeUntilNext('the body ended');
			pass(60);
			expect(camera.condition.state).toBe('live');
			return stream.number;
		});
		expect(new Set(numbers), 'no decoder begins again').toEqual(new Set([1]));
		expect(camera.counters.reconnects).toBe(0);
		pass(121);
		expect(camera.condition).toMatchObject({ state: 'offline', reason: 'the body ended' });
		publishTo(camera);
		expect(camera.run).toBe(2);
	});

	it('of a camera with one picture a minute is stalled after three minutes, even right after its second picture', () => {
		const stream = publishTo(camera);
		push(stream, PAYLOAD);
		pass(60);
		push(stream, PAYLOAD);
		pass(179);
		expect(camera.condition.state).toBe('live');
		pass(2);
		expect(camera.condition.state).toBe('stalled');
	});

	it('is offline since the last picture, not since the end of the connection', () => {
		const stream = publishTo(camera);
		push(stream, PAYLOAD);
		const last = clock.now();
		pass(60);
		stream.close('the cable was pulled');
		expect(camera.condition).toEqual({ state: 'offline', since: last, reason: 'the cable was pulled' });
		pass(60);
		expect(camera.condition).toEqual({ state: 'offline', since: last, reason: 'the cable was pulled' });
	});

	it('lets go of all but the key frame ten seconds after the last picture', () => {
		const stream = publishTo(camera);
		stream.video.describe({ codec: 'h264', width: 320, height: 240 });
		push(stream, PAYLOAD);
		pushDelta(stream, PAYLOAD);
		const [key, delta] = [camera.video.after(undefined), camera.video.newest];
		expect(key && camera.video.after(key.sequence)).toBe(delta);
		stream.close('gone');
		pass(9);
		expect(key && camera.video.after(key.sequence)).toBe(delta);
		pass(1);
		expect(camera.video.after(undefined)).toBe(key);
		expect(key && camera.video.after(key.sequence)).toBeUndefined();
		expect(camera.video.newest?.data).toHaveLength(0);
	});

	it('of a camera that comes back and shows nothing is stalled, not offline', () => {
		const first = publishTo(camera);
		push(first, PAYLOAD);
		first.close('gone');
		publishTo(camera);
		pass(4);
		expect(camera.condition.state).toBe('stalled');
	});

	it('of a camera that went without a picture is still never, for the reason it went', () => {
		publishTo(camera).close('no camera is plugged in');
		expect(camera.condition).toMatchObject({ state: 'never', reason: 'no camera is plugged in' });
	});

	it('keeps the reason of a camera in trouble while nothing comes', () => {
		const stream = publishTo(camera);
		push(stream, PAYLOAD);
		stream.trouble('the lens is covered');
		pass(30);
		expect(camera.condition).toMatchObject({ state: 'stalled', reason: 'the lens is covered' });
	});

	it('is told to others once a change, not once a picture', () => {
		const stream = publishTo(camera);
		push(stream, PAYLOAD);
		const before = changes;
		for (let count = 0; count < 100; count++) push(stream, PAYLOAD);
		pass(2);
		camera.title = 'door';
		stream.video.describe({ ...camera.video.format });
		expect(changes).toBe(before);
	});
});

describe('viewers', () => {
	it('are offered the newest picture at once, also after the camera has gone, and nothing once detached', () => {
		const stream = publishTo(camera);
		push(stream, PAYLOAD);
		push(stream, PAYLOAD);
		stream.close('gone');
		const eye = new Eye();
		const detach = camera.video.attach(eye);
		expect(eye.seen.map(({ sequence }) => sequence)).toEqual([2]);
		detach();
		detach();
		push(publishTo(camera), PAYLOAD);
		expect([eye.seen.length, camera.viewers.length]).toEqual([1, 0]);
	});

	it('may detach themselves and others in the middle of an offer', () => {
		const eye = new Eye();
		const detachEye = camera.video.attach(eye);
		const spoiler: Viewer = {
			transport: 'live',
			offer() {
				detachEye();
				detachSelf();
			},
			cameraRemoved() {},
		};
		const detachSelf = camera.video.attach(spoiler);
		push(publishTo(camera), PAYLOAD);
		expect(camera.viewers.length).toBe(0);
	});

	it('that break are let go, and no other notices', () => {
		const broken: Viewer = {
			transport: 'live',
			offer() {
				throw new Error('out of paper');
			},
			cameraRemoved() {
				told++;
			},
		};
		let told = 0;
		const eye = new Eye();
		const stream = publishTo(camera);
		push(stream, PAYLOAD);
		camera.video.attach(broken);
		expect([told, camera.viewers.length]).toEqual([1, 0]);
		camera.video.attach(eye);
		push(stream, PAYLOAD);
		expect(eye.seen).toHaveLength(2);
	});

	it('are ticked, and let go when the camera is removed, after its publisher', () => {
		const told: EndReason[] = [];
		const eye = new Eye();
		camera.video.attach(eye);
		publishTo(camera, told);
		pass(2);
		camera.remove();
		expect([eye.ticks, eye.removed, told]).toEqual([2, true, ['revoked']]);
	});
});

describe('what a camera counts', () => {
	it('is frames, bytes, and what comes a second', () => {
		const stream = publishTo(camera);
		for (let count = 0; count < 40; count++) {
			push(stream, PAYLOAD);
			clock.advance(50);
		}
		expect(camera.video.counters).toMatchObject({ frames: 40, bytes: 4000 });
		expect(camera.counters.reconnects).toBe(0);
		expect([camera.video.framesPerSecond, camera.video.bitsPerSecond]).toEqual([19.5, 15_600]);
		clock.advance(2000);
		expect([camera.video.framesPerSecond, camera.video.bitsPerSecond]).toEqual([0, 0]);
	});
});

describe('pictures that depend on each other', () => {
	it('are kept from viewers after a loss and after a takeover, until the next key frame', () => {
		const eye = new Eye();
		camera.video.attach(eye);
		const stream = publishTo(camera);
		pushDelta(stream);
		push(stream, PAYLOAD);
		stream.video.lost();
		pushDelta(stream);
		push(stream, PAYLOAD);
		const next = publishTo(camera);
		stream.video.lost();
		pushDelta(next);
		push(next, PAYLOAD);
		pushDelta(next);
		expect(eye.seen.map(({ sequence, key }) => [sequence, key])).toEqual([
			[1, true],
			[2, true],
			[3, true],
			[4, false],
		]);
		expect(camera.video.counters.droppedKeyless).toBe(3);
	});

	it('are forgotten when the codec changes, but not when the size does', () => {
		const stream = publishTo(camera);
		stream.video.describe({ codec: 'h264', width: 16, height: 16 });
		push(stream, PAYLOAD);
		stream.video.describe({ codec: 'h264', width: 32, height: 16 });
		expect([camera.video.after(undefined)?.sequence, camera.video.newestKey?.sequence]).toEqual([1, 1]);
		stream.video.describe({ codec: 'jpeg', width: 32, height: 16 });
		expect([camera.video.after(undefined), camera.video.newestKey]).toEqual([undefined, undefined]);
		pushDelta(stream);
		expect(camera.video.counters.droppedKeyless).toBe(1);
		push(stream, PAYLOAD);
		expect(camera.video.after(undefined)?.sequence).toBe(2);
	});

	it('ask for a key frame once a second, however many want one', () => {
		let asked = 0;
		const publisher = { via: 'test', ended: () => {}, requestKey: () => asked++ };
		camera.publish(publisher);
		for (let count = 0; count < 10; count++) camera.video.requestKey();
		clock.advance(1000);
		for (let count = 0; count < 10; count++) camera.video.requestKey();
		expect(asked).toBe(2);
	});

	it('have times that go forward, whatever their senders’ clocks say', () => {
		const eye = new Eye();
		camera.video.attach(eye);
		push(publishTo(camera), PAYLOAD, 500);
		push(publishTo(camera), PAYLOAD, 100);
		push(publishTo(camera), PAYLOAD, 900);
		expect(eye.seen.map(({ capturedAt }) => capturedAt)).toEqual([500, 501, 900]);
	});
});

describe('a format', () => {
	const SMALL: Format = { codec: 'jpeg', width: 160, height: 120 };
	const LARGE: Format = { codec: 'jpeg', width: 320, height: 240 };

	it('is told before the first picture of it, also of a camera that changes it with each', () => {
		const told: Format[] = [];
		const flapping: Camera = new Camera({
			...{ number: 1, name: 'door', title: 'door', clock, log: silentLog },
			changed: ({ video }) => told.push(video.format),
		});
		const misread: number[] = [];
		const eye = new Eye();
		eye.offer = (frame) => {
			eye.seen.push(frame);
			if (told.at(-1)?.width !== frame.data.length) misread.push(frame.sequence);
		};
		flapping.video.attach(eye);
		const stream = publishTo(flapping);
		for (let count = 0; count < 1000; count++) {
			const format = count % 2 === 0 ? SMALL : LARGE;
			stream.video.describe(format);
			push(stream, new Uint8Array(format.width));
			clock.advance(10);
		}
		expect(misread).toEqual([]);
		expect(told.length).toBeLessThanOrEqual(MAX_NEWS_BURST + 10 * MAX_NEWS_PER_SECOND + 1);
		// The newest picture comes as soon as its format has been told, and nothing is lost after that.
		clock.advance(300);
		expect(eye.seen.at(-1)?.data.length).toBe(flapping.video.format.width);
		// It goes on as soon as it has made up its mind.
		const seen = eye.seen.length;
		expect(seen).toBeLessThanOrEqual(told.length);
		expect(seen).toBeGreaterThan(MAX_NEWS_BURST);
		stream.video.describe(SMALL);
		clock.advance(300);
		for (let count = 0; count < 10; count++) push(stream, new Uint8Array(SMALL.width));
		expect(eye.seen.length).toBe(seen + 10);
	});
});

it('a picture that is held back comes later, without those that followed it until the next key frame', () => {
	const requests: number[] = [];
	const eye = new Eye();
	camera.video.attach(eye);
	const open = () => camera.publish({ via: 'test', ended: () => {}, requestKey: () => requests.push(clock.now()) });
	for (let count = 0; count < MAX_NEWS_BURST; count++) open();
	const stream = open();
	push(stream, PAYLOAD);
	pushDelta(stream);
	expect([eye.seen.length, requests.length]).toEqual([0, 0]);
	clock.advance(300);
	expect([eye.seen.length, requests.length]).toEqual([1, 1]);
	pushDelta(stream);
	expect(eye.seen.length).toBe(1);
	push(stream, PAYLOAD);
	pushDelta(stream);
	expect(eye.seen.length).toBe(3);
	for (let count = 0; count < MAX_NEWS_BURST; count++) open();
	push(open(), PAYLOAD);
	camera.end('shutting-down');
	clock.advance(300);
	expect(eye.seen.length).toBe(3);
});

describe('what is called by a camera and throws', () => {
	const fail = () => {
		throw new Error('broken');
	};
	const open = () => {
		const faults: string[] = [];
		const report = (kind: string) => void faults.push(kind);
		const facts = { number: 1, name: 'door', title: 'door', clock, log: silentLog, changed: () => {} };
		return { faults, camera: new Camera({ ...facts, report }) };
	};

	it('as a publisher is reported, and the camera goes on', async () => {
		const { faults, camera } = open();
		camera.publish({ via: 'broken', ended: fail, requestKey: fail, pause: fail, resume: fail, control: fail });
		camera.video.requestKey();
		const asked = camera.control({ reset: false, values: [] });
		clock.advance(3000);
		expect(await asked).toBe('silent');
		const stream = publishTo(camera);
		expect(faults).toEqual(['observer', 'observer', 'observer']);
		push(stream, PAYLOAD);
		expect(camera.condition.state).toBe('live');
	});

	it('as one that cannot be paused is not', () => {
		const { faults, camera } = open();
		const stream = camera.publish({ via: 'broken', ended: fail, pause: fail });
		for (let second = 0; second < 12; second++) {
			clock.advance(1000);
			push(stream, PAYLOAD);
			camera.tick(clock.now());
		}
		expect(camera.video.isPaused).toBe(false);
		expect(faults).toContain('observer');
	});

	it.each(['offer', 'tick', 'cameraRemoved'] as const)(
		'as a viewer, in %s, is let go; others notice nothing',
		(method) => {
			const { faults, camera } = open();
			const [broken, good] = [Object.assign(new Eye(), { [method]: fail }), new Eye()];
			camera.video.attach(broken);
			camera.video.attach(good);
			const stream = publishTo(camera);
			push(stream, PAYLOAD);
			camera.tick(clock.now());
			push(stream, PAYLOAD);
			camera.remove();
			expect(faults).toEqual(['observer']);
			expect([good.seen.length, good.ticks, good.removed]).toEqual([2, 1, true]);
			if (method !== 'cameraRemoved') expect(broken.removed).toBe(true);
		},
	);
});
