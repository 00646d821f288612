import { createWriteStream } from 'node:fs';
import { loadFixture } from './fixture.mjs';
import { now } from './now.mjs';

/**
 * Plays a fixture in real time, over and over, and writes down when each picture left: a line "INDEX TIME" each.
 * @param {string} file
 * @param {string} diary
 * @param {(unit: Buffer, count: number) => void} emit
 */
export function play(file, diary, emit) {
	const { fps, units } = loadFixture(file);
	const lines = createWriteStream(diary);
	const start = now();
	let count = 0;
	const next = () => {
		const index = count % units.length;
		lines.write(`${index} ${now().toFixed(3)}\n`);
		emit(units[index], count);
		count++;
		setTimeout(next, Math.max(0, start + (count * 1000) / fps - now()));
	};
	next();
}
