import { Secret } from '@oriel/base';
import type { Detection } from '../../capture/method.ts';
import type { DetectContext } from '../../detect/context.ts';
import { onOneLine } from '../../detect/findings/finding.ts';
import { MESSAGES } from '../../detect/findings/messages.ts';
import type { Target } from '../../detect/target.ts';
import { AgentError } from '../../errors/agent-error.ts';
import { type FfmpegTool, findFfmpeg } from '../ffmpeg/look.ts';
import { readAddress } from '../http/http-address.ts';
import { SCORES } from '../scores.ts';

/** What the command line of ffmpeg needs to know of a network camera that speaks RTSP. */
export interface RtspInput {
	readonly ffmpeg: FfmpegTool;
	/** A URL, perhaps with a password in it. */
	readonly address: Secret;
}

const RTSP = 'rtsp';

/** `rtsp://…` or `rtsps://…`. */
export function rtspTarget(spec: string): Target | undefined {
	if (!/^rtsps?:/i.test(spec)) return undefined;
	// The value itself stays out of the message: it may hold a password.
	if (!/^rtsps?:\/\/./i.test(spec)) {
		const words = 'the source begins like an RTSP address, but is not one; expected rtsp://HOST/…';
		throw new AgentError('bad-source', words);
	}
	const { url, host } = readAddress(spec);
	const { protocol, pathname, href } = url;
	// The zone that a URL cannot carry goes back to where it stood.
	const address = host.includes('%') ? href.replace(url.hostname, `[${host}]`) : href;
	const name = `${protocol}//${url.host}${pathname}`;
	return { kind: RTSP, name, description: `camera at ${name}`, address: new Secret(address) };
}

/** Takes the address that was given: nothing is looked for but ffmpeg. */
export async function detectRtsp({ target, place, once }: DetectContext): Promise<Detection<RtspInput>> {
	if (target?.kind !== RTSP || !target.address) return { candidates: [] };
	const ffmpeg = await once(findFfmpeg);
	if (!ffmpeg) return { candidates: [], absence: onOneLine(MESSAGES.noFfmpeg(place.platform)) };
	return {
		candidates: [
			{
				score: SCORES.explicit,
				reason: 'its address was given',
				label: target.description,
				camera: target.name,
				names: [target.name],
				codec: 'h264',
				input: { ffmpeg, address: target.address },
			},
		],
	};
}
