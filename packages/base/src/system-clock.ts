import type { Clock } from './clock.ts';

/** The real clock of this machine or browser: the only place in the code that reads it. */
export const systemClock: Clock = {
	now: () => Math.round((performance.timeOrigin + performance.now()) * 1000),
	wall: () => Date.now(),
	after(delay, action) {
		const timer = setTimeout(action, delay);
		return () => clearTimeout(timer);
	},
	every(interval, action) {
		const timer = setInterval(action, interval);
		return () => clearInterval(timer);
	},
};
