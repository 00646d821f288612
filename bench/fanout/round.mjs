import { cpuSeconds } from '../testbed/process-cpu.mjs';
import { LOAD_CORE, onTestbed } from '../testbed/testbed.mjs';

export const FPS = 24;
/** Time for compilers and kernel buffers to settle, after every viewer has its pictures. */
const SETTLE_SECONDS = 3;
/** The processor time is read over this part of the measurement, in its middle. */
const WINDOW = { begin: 0.1, length: 0.8 };
/** A source that falls below this part of its rate has failed, not the server; two pictures more may be under way. */
const MIN_SOURCE_RATE = 0.98;
const UNDER_WAY = 2;
/** A server that takes this part of its core has none left. */
const SATURATED = 0.9;

/**
 * What one contestant did in one round.
 * @typedef {object} Round
 * @property {number} fpsMean pictures a second of the average viewer
 * @property {number} fpsMin and of the worst
 * @property {number} delayP50 milliseconds from the source's sending to the last byte at a viewer
 * @property {number} delayP99
 * @property {number} cpuMicros processor time of the server for each picture delivered
 * @property {number} serverBusy part of a core
 * @property {number} loadBusy part of a core that the viewers took
 */

/** Starts the camera that feeds a server, until the testbed ends. */
export function startSource(testbed, tools, server) {
	return testbed.start('source', [...tools.source, String(server.seedPort), String(FPS), tools.picture], {
		core: LOAD_CORE,
	});
}

/** Starts viewers and waits until each of them has pictures. */
export async function startViewers(testbed, tools, server, count) {
	const [mode, path, header] = server.viewers;
	const args = [mode, String(server.port), path, String(count), ...(header ? [header] : [])];
	const viewers = testbed.start('viewers', [...tools.viewers, ...args], { core: LOAD_CORE });
	await viewers.hear('ready');
	return viewers;
}

/**
 * One contestant, alone on the testbed.
 * @param {import('./contestants.mjs').Contestant} contestant
 * @param {import('./load/tools.mjs').LoadTools} tools
 * @param {{viewers: number, seconds: number}} setting
 * @returns {Promise<Round>}
 */
export function runRound(contestant, tools, { viewers: count, seconds }) {
	return onTestbed(async (testbed) => {
		const server = await contestant.open(testbed);
		startSource(testbed, tools, server);
		const viewers = await startViewers(testbed, tools, server, count);
		await testbed.wait(SETTLE_SECONDS);
		viewers.tell(`measure ${seconds}`);
		const [used, measured] = await Promise.all([
			cpuInWindow(testbed, seconds, [server.actor.pid, viewers.pid]),
			viewers.hear('measured'),
		]);
		const [serverBusy, loadBusy] = used;
		checkDelivery(measured, serverBusy);
		return {
			fpsMean: measured.fps.mean,
			fpsMin: measured.fps.min,
			delayP50: measured.delayMs.p50,
			delayP99: measured.delayMs.p99,
			cpuMicros: (serverBusy * 1e6) / (measured.pictures / measured.seconds),
			serverBusy,
			loadBusy,
		};
	});
}

/** The part of a core that each process took, in the middle of the next `seconds`. */
async function cpuInWindow(testbed, seconds, pids) {
	await testbed.wait(seconds * WINDOW.begin);
	const from = performance.now();
	const before = pids.map(cpuSeconds);
	await testbed.wait(seconds * WINDOW.length);
	const length = (performance.now() - from) / 1000;
	return pids.map((pid, index) => (cpuSeconds(pid) - before[index]) / length);
}

/**
 * Throws unless the figures can be believed at all. A server without time left may hold its source up; any other finds
 * the source at its full rate.
 */
export function checkDelivery({ seconds, sourceFps, closed, pictures }, serverBusy = 0) {
	if (closed > 0) throw new Error(`${closed} viewers were closed while they were measured`);
	if (pictures === 0) throw new Error('No picture was delivered');
	if (sourceFps < FPS * MIN_SOURCE_RATE - UNDER_WAY / seconds && serverBusy < SATURATED) {
		throw new Error(`The newest picture moved on at ${sourceFps.toFixed(1)} a second; the source should send ${FPS}`);
	}
}
