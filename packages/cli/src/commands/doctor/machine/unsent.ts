import type { Check } from './check.ts';
import { textAt } from './view.ts';

const PATH = '/proc/sys/net/ipv4/tcp_notsent_lowat';
/** The kernel's word for "no limit". */
const NO_LIMIT = 4_294_967_295;
/** More than this, and slow viewers of stream.mjpg see old frames. */
const MAX_LOWAT = 131_072;
const CURE = `echo net.ipv4.tcp_notsent_lowat=${MAX_LOWAT} | sudo tee /etc/sysctl.d/90-oriel-unsent.conf && sudo sysctl --system`;

/** How much unsent data the kernel queues for a slow viewer. */
export const unsent: Check = (view) => {
	const what = 'slow viewers';
	const text = textAt(view, PATH);
	if (text === undefined) {
		const words = 'this system does not report how much unsent data it queues for them (tcp_notsent_lowat)';
		return [{ what, verdict: 'unknown', words }];
	}
	const value = Number(text);
	if (value <= MAX_LOWAT) return [{ what, verdict: 'good', words: `tcp_notsent_lowat is ${value}` }];
	const seen = value === NO_LIMIT ? 'not set' : String(value);
	const words = `tcp_notsent_lowat is ${seen}: they see old frames of stream.mjpg`;
	return [{ what, verdict: 'poor', words, cure: CURE }];
};
