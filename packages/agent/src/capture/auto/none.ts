import type { Millis } from '@oriel/base';
import type { Candidate } from '../../detect/candidates/candidate.ts';
import type { Wanted } from '../../detect/candidates/candidates.ts';
import type { Facts } from '../../detect/facts/facts.ts';
import { onOneLine } from '../../detect/findings/finding.ts';
import { findingsOf } from '../../detect/findings/findings.ts';
import { MESSAGES } from '../../detect/findings/messages.ts';
import { type Again, SourceError } from '../../errors/source-error.ts';

/** These may come at any moment: a camera is plugged in, a name is given. The others need somebody who does something. */
const SOON = new Set(['no-source', 'no-camera', 'busy']);

/** A look round asks half a dozen programs. */
const LOOK_AGAIN_MS: readonly [least: Millis, most: Millis] = [10_000, 30_000];

const LITE = 'gives JPEG only: this system has the "lite" camera tools. For H.264 run: sudo apt install rpicam-apps';

/** Why there is nothing to open, for people. `others`: ways that were found and do not give what was asked for. */
export function nothingToOpen(wanted: Wanted, facts: Facts, others: readonly Candidate[]): SourceError {
	const [other] = others;
	if (other) {
		if (isLite(facts, other)) return error(`${other.label} ${LITE}`, 'later');
		const words = `${other.label} gives ${nameOf(other.codec)} only. Leave the codec to Oriel, or use another camera.`;
		return error(words, 'later');
	}
	const named = whyNotTheNamed(wanted, facts);
	if (named !== undefined) return error(named, 'soon');
	const finding = findingsOf(facts, false).find(({ isFatal }) => isFatal) ?? MESSAGES.noSource();
	return error(onOneLine(finding), SOON.has(finding.code) ? 'soon' : 'later');
}

/** A Pi 5 without the package that makes H.264. */
function isLite({ place, cameraTool }: Facts, { way, codec }: Candidate): boolean {
	return codec === 'jpeg' && way.by === 'rpicam' && place.board.chip === 'bcm2712' && cameraTool?.libav === false;
}

function whyNotTheNamed(wanted: Wanted, { csi, nodes, ffmpeg, place }: Facts): string | undefined {
	if (wanted.source === 'csi' && csi && csi.cameras.length > 0) {
		const list = csi.cameras.map(({ index, sensor }) => `csi:${index} (${sensor})`).join(', ');
		return `There is no camera csi:${wanted.index} here. There is ${list}.`;
	}
	if (wanted.source === 'rtsp' && !ffmpeg) return onOneLine(MESSAGES.noFfmpeg(place.platform));
	if (wanted.source !== 'node') return undefined;
	const [node] = nodes.cameras;
	if (!node) return `There is no camera at ${wanted.path}. Plug it in, or see with oriel doctor what there is.`;
	if (node.access === 'no') return onOneLine(MESSAGES.noPermission([node.path]));
	if (node.formats.length > 0 || (!nodes.hasV4l2Ctl && !ffmpeg)) return undefined;
	return `The camera at ${wanted.path} does not tell what it can do. Another program may hold it; oriel doctor tells more.`;
}

function nameOf(codec: Candidate['codec']): string {
	return codec === 'jpeg' ? 'JPEG' : 'H.264';
}

function error(words: string, again: Again): SourceError {
	return new SourceError('not-found', words, { again, waitMs: again === 'soon' ? LOOK_AGAIN_MS : undefined });
}
