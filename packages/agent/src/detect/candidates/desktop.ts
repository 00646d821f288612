import type { MacCamera, WindowsCamera } from '../facts/desktop-cameras.ts';
import type { Facts } from '../facts/facts.ts';
import type { FfmpegTool } from '../facts/ffmpeg-tool.ts';
import { type Candidate, type DshowWay, SCORES } from './candidate.ts';
import { circumstances } from './circumstances.ts';
import { encodersOf } from './usable.ts';

/** Ways to the cameras of a Mac or of Windows. */
export function desktopCandidates(facts: Facts): Candidate[] {
	const { ffmpeg, mac, windows } = facts;
	if (!ffmpeg) return [];
	const later = (place: number) => (way: Candidate) => ({ ...way, score: way.score - place * 0.1 });
	return [
		...mac.flatMap((camera, place) => waysToMac(camera, ffmpeg, facts).map(later(place))),
		...windows.flatMap((camera, place) => waysToWindows(camera, ffmpeg, facts).map(later(place))),
	];
}

function waysToMac(camera: MacCamera, ffmpeg: FfmpegTool, { place }: Facts): Candidate[] {
	return encodersOf(ffmpeg, false).flatMap((encoder) => {
		if (encoder === 'h264_v4l2m2m') return [];
		const helper = encoder === 'h264_videotoolbox' ? 'the Mac’s hardware' : 'this machine’s processor';
		return {
			...common(camera.name, camera.name, encoder),
			score: encoder === 'h264_videotoolbox' ? SCORES.rawToH264Hardware : rawScore(encoder),
			reason: `${camera.name} gives raw pictures; ${helper} encodes them`,
			way: { by: 'avfoundation', ffmpeg, camera, encoder, ...circumstances(place) },
		};
	});
}

function waysToWindows(camera: WindowsCamera, ffmpeg: FfmpegTool, { place }: Facts): Candidate[] {
	const offered = new Set(camera.formats.map(({ name }) => name));
	const way = (native: DshowWay['native'], encoder: DshowWay['encoder']) => {
		return { by: 'dshow', ffmpeg, camera, native, encoder, ...circumstances(place) } as const;
	};
	const found: Candidate[] = [];
	const { name, input } = camera;
	if (offered.has('mjpeg')) {
		const reason = `${name} makes JPEG itself`;
		found.push({ ...common(name, input, 'mjpeg'), score: SCORES.nativeJpeg, reason, way: way('mjpeg', 'copy') });
	}
	if (offered.has('h264')) {
		const reason = `${name} makes H.264 itself`;
		found.push({ ...common(name, input, 'h264'), score: SCORES.nativeH264, reason, way: way('h264', 'copy') });
	}
	for (const encoder of encodersOf(ffmpeg, false)) {
		if (encoder !== 'libx264' && encoder !== 'mjpeg') continue;
		const reason = `${name} gives raw pictures; this machine’s processor encodes them`;
		found.push({ ...common(name, input, encoder), score: rawScore(encoder), reason, way: way(undefined, encoder) });
	}
	return found;
}

function common(label: string, camera: string, encoder: string) {
	return { label, camera, codec: encoder === 'mjpeg' ? 'jpeg' : 'h264' } as const;
}

function rawScore(encoder: 'libx264' | 'mjpeg'): number {
	return encoder === 'libx264' ? SCORES.rawToH264 : SCORES.rawToJpeg;
}
