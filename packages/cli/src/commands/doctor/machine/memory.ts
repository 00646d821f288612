import type { Check } from './check.ts';
import { textAt } from './view.ts';

const MIN_AVAILABLE_MB = 300;
const CURE =
	'sudo fallocate -l 1G /swapfile && sudo chmod 600 /swapfile && sudo mkswap /swapfile && sudo swapon /swapfile && echo "/swapfile none swap sw 0 0" | sudo tee -a /etc/fstab';

/** Memory for peaks: without swap the kernel ends the largest program, which is often the relay. */
export const memory: Check = (view) => {
	const what = 'memory';
	const text = textAt(view, '/proc/meminfo') ?? '';
	const available = megabytes(text, 'MemAvailable');
	const swap = megabytes(text, 'SwapTotal');
	if (available === undefined || swap === undefined)
		return [{ what, verdict: 'unknown', words: 'this system does not report it in /proc/meminfo' }];
	const words = `${available} MB available, ${swap === 0 ? 'no' : `${swap} MB of`} swap`;
	if (available >= MIN_AVAILABLE_MB || swap > 0) return [{ what, verdict: 'good', words }];
	return [{ what, verdict: 'poor', words: `${words}: at a peak the kernel may end the relay`, cure: CURE }];
};

function megabytes(text: string, name: string): number | undefined {
	const kilobytes = new RegExp(`^${name}: +(\\d+) kB$`, 'm').exec(text)?.[1];
	return kilobytes === undefined ? undefined : Math.round(Number(kilobytes) / 1024);
}
