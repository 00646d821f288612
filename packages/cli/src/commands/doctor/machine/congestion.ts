import { hasBbr } from '../../../service/bbr.ts';
import type { Check } from './check.ts';
import { textAt } from './view.ts';

const FOLDER = '/proc/sys/net/ipv4';
const CURE =
	'echo tcp_bbr | sudo tee /etc/modules-load.d/oriel-bbr.conf && sudo modprobe tcp_bbr && echo net.ipv4.tcp_congestion_control=bbr | sudo tee /etc/sysctl.d/90-oriel-bbr.conf && sudo sysctl --system';

/** Loss on a mobile link is no sign of a full one: BBR keeps sending where cubic halves its rate. */
export const congestion: Check = (view) => {
	const what = 'congestion';
	const used = textAt(view, `${FOLDER}/tcp_congestion_control`)?.trim();
	if (used === undefined)
		return [{ what, verdict: 'unknown', words: 'this system does not report its congestion control' }];
	if (used.startsWith('bbr')) return [{ what, verdict: 'good', words: `TCP uses ${used}` }];
	if (!hasBbr({ look: view.look, read: (path) => textAt(view, path) })) {
		const words = `TCP uses ${used}; this kernel has no module tcp_bbr, with which lossy links carry more video`;
		return [{ what, verdict: 'poor', words, cure: 'Nothing to do, unless you can use a kernel with tcp_bbr.' }];
	}
	return [{ what, verdict: 'poor', words: `TCP uses ${used}: lossy links carry more video with bbr`, cure: CURE }];
};
