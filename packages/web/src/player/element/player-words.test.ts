import { expect, it } from 'vitest';
import type { Camera } from '../connection/directory.ts';
import type { PlayerInputs } from './player-state.ts';
import { playerWords } from './player-words.ts';
import { sinceWords } from './since-words.ts';

const wallNow = new Date(2026, 10, 22, 15, 0).getTime();
const parts = {
	toWall: () => new Date(2026, 10, 22, 14, 2).getTime(),
	wallNow,
	undecodable: false,
	h264: true,
	secure: true,
};

function inputs(camera: Partial<Camera> = {}, difference: Partial<PlayerInputs> = {}): PlayerInputs {
	return {
		connection: { phase: 'open' },
		listed: true,
		camera: { name: 'p', title: 'P', codec: 'jpeg', status: undefined, confirmed: true, ...camera } as Camera,
		now: 9_500_000,
		expectedSince: 0,
		newestAt: 6_000_000,
		intervalMs: 40,
		...difference,
	};
}

it('says nothing while the picture speaks', () => {
	expect(playerWords('live', inputs(), parts)).toBeUndefined();
});

it('tells since when and why a camera is away', () => {
	const status = { state: 'offline', since: 1, reason: 'It was switched off.' } as const;
	const words = playerWords('offline', inputs({ status }), parts);
	expect(words?.headline).toBe('The camera is offline');
	expect(words?.detail).toMatch(/^Since .*2:02.*\. It was switched off\.$/);
	const guest = playerWords('offline', inputs({ status: { ...status, reason: undefined } }), parts);
	expect(guest).toEqual({
		headline: 'The camera is offline',
		detail: expect.stringMatching(/^Since \S*2:02( PM)?\.$/),
	});
	const plain = playerWords('stalled', inputs({ status: { ...status, reason: 'the connection broke (1006)' } }), parts);
	expect(plain?.headline).toBe('The camera sends no pictures');
	expect(plain?.detail).toMatch(/ The connection broke \(1006\)\.$/);
	const unknown = playerWords('offline', inputs({ status }), { ...parts, toWall: () => undefined });
	expect(unknown).toEqual({ headline: 'The camera is offline', detail: 'It was switched off.' });
});

it('counts the seconds without a picture', () => {
	expect(playerWords('behind', inputs(), parts)?.headline).toBe('No new picture for 3 s');
});

it('says what it waits for', () => {
	const live = { status: { state: 'live', since: 1, reason: undefined } } as const;
	expect(playerWords('waiting', inputs(live), parts)?.headline).toBe('Waiting for the next picture…');
	expect(playerWords('waiting', inputs(), parts)?.headline).toBe('Waiting for the camera…');
	expect(playerWords('waiting', inputs(live), { ...parts, undecodable: true })?.detail).toContain('cannot read');
});

it('offers a button where nothing happens automatically', () => {
	const ended = { phase: 'ended', reason: 'revoked', message: 'Access ended.' } as const;
	expect(playerWords('removed', inputs({}, { connection: ended }), parts)).toEqual({
		headline: 'Access has ended',
		detail: 'Access ended.',
		retry: true,
	});
	const stopped = { ...ended, reason: 'protocol-error' } as const;
	expect(playerWords('removed', inputs({}, { connection: stopped }), parts)?.headline).toBe('Disconnected');
	expect(playerWords('removed', inputs(), parts)?.retry).toBeUndefined();
});

it('names the day only when it is another one', () => {
	const at = (...parts: [number, number, number, number, number]) =>
		sinceWords(new Date(...parts).getTime(), wallNow, 'en-GB');
	expect(at(2026, 10, 22, 14, 2)).toBe('14:02');
	expect(at(2026, 10, 21, 14, 2)).toBe('21 Nov, 14:02');
	expect(at(2025, 10, 21, 14, 2)).toBe('21 Nov 2025, 14:02');
});

it('says why H.264 is not shown, and what would help', () => {
	const h264 = inputs({ codec: 'h264', status: { state: 'live', since: 1 } });
	const plain = playerWords('waiting', h264, { ...parts, h264: false, secure: false });
	expect(plain?.detail).toBe(
		'This camera sends H.264, which this browser cannot show on a plain http: page. Open the page with https, or use another browser.',
	);
	const secure = playerWords('behind', h264, { ...parts, h264: false });
	expect(secure?.detail).toBe('This camera sends H.264, which this browser cannot show. Another browser may.');
	expect(playerWords('waiting', h264, parts)?.headline).toBe('Waiting for the next picture…');
});

it('tells who waits for a rare key frame how rare it is, while what is shown is old or nothing', () => {
	const status = { state: 'live', since: 1, keyFrameSeconds: 25 } as const;
	for (const state of ['behind', 'waiting'] as const) {
		const words = playerWords(state, inputs({ codec: 'h264', status }), parts);
		expect(words?.headline).toBe('Waiting for the next key frame…');
		expect(words?.detail).toContain('every 25 s');
	}
	expect(playerWords('live', inputs({ status }), parts)).toBeUndefined();
});
