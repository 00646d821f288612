import { type Player, playInFfmpeg, playInVlc } from '@oriel/testing/players';
import { until } from '@oriel/testing/until';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Fixture } from './fixture.ts';
import { CAMERAS, INPUTS } from './inputs.ts';

const PROGRAMS = { ffmpeg: playInFfmpeg, 'VLC 3': playInVlc } as const;
type Name = keyof typeof PROGRAMS;
const NAMES = Object.keys(PROGRAMS) as Name[];
/** So many frames are waited for: two groups of the camera with short ones. */
const ENOUGH = 25;
/** What VLC says where the times of a file are wrong, and what it does then. */
const TROUBLE = /too late|conversion failed|convert timestamp|deadlock/i;

describe('programs that know nothing of Oriel', () => {
	let fixture: Fixture;
	const players = new Map<string, Player>();

	beforeAll(async () => {
		fixture = await Fixture.open();
		const token = await fixture.relay.addToken();
		await fixture.beginEarly();
		await fixture.begin();
		for (const camera of CAMERAS) {
			const file = camera === 'jpeg' ? 'stream.mjpg' : 'stream.mp4';
			const url = `${fixture.relay.url.replace('http://', `http://x:${token}@`)}/cameras/${camera}/${file}`;
			for (const name of NAMES) players.set(`${name} ${camera}`, PROGRAMS[name](url));
		}
		for (const [name, player] of players) {
			await until(`${name} to show ${ENOUGH} frames`, () => framesOf(player).length >= ENOUGH);
		}
	});

	afterAll(async () => {
		await Promise.all([...players.values()].map((player) => player[Symbol.asyncDispose]()));
		await fixture?.[Symbol.asyncDispose]();
	});

	describe.each(NAMES)('%s', (name) => {
		it.each(CAMERAS)('shows every frame of %s from the first on, in order and in its shape', (camera) => {
			const player = players.get(`${name} ${camera}`) as Player;
			const frames = framesOf(player);
			const [first = Number.NaN] = frames;
			expect(frames).toEqual(frames.map((_, index) => first + index));
			const { size, pixelAspect } = player.film();
			const [across = 0, down = 0] = pixelAspect.split(':').map(Number);
			expect([(size.width * (across || 1)) / (down || 1), size.height]).toEqual(INPUTS[camera]?.size);
			expect(player.words.split('\n').filter((line) => TROUBLE.test(line))).toEqual([]);
		});
	});

	/** VLC shows a picture again while the next is not there. */
	function framesOf(player: Player): (number | undefined)[] {
		const { numbers } = player.film();
		return numbers.filter((number, index) => number !== numbers[index - 1]);
	}
});
