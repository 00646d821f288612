import type { DshowWay, Way } from '../../detect/candidates/candidate.ts';
import type { CaptureSettings, Command } from '../program/command.ts';
import { choose, plain } from './choices.ts';
import { AS_ANNEX_B, AS_JPEGS, encoding, PREFIX, refuseChanges, refuseOptics } from './ffmpeg.ts';
import { fastestRate, offeredSize } from './offered-size.ts';
import { patience } from './patience.ts';
import { diagnoseFfmpeg } from './troubles/ffmpeg.ts';

const SIZE = { width: 1280, height: 720 };

/** A camera of Windows through ffmpeg: its own JPEG or H.264 passed on, or raw pictures encoded. */
export function dshowCommand(way: DshowWay & Way, settings: CaptureSettings, label: string): Command {
	const { camera, native, encoder } = way;
	refuseOptics(settings);
	if (encoder === 'copy') refuseChanges(settings);
	const codec = native === 'mjpeg' || encoder === 'mjpeg' ? 'jpeg' : 'h264';
	const suited = choose(codec, way.board, settings);
	const format = camera.formats.find(({ name }) => (native ? name === native : name !== 'mjpeg' && name !== 'h264'));
	const { width, height } = offeredSize(format, settings.size, SIZE);
	const wanted = settings.fps ?? 30;
	const fps = Math.min(wanted, fastestRate(format, { width, height }) ?? wanted);
	const choices = { ...suited, width, height, fps, keyEvery: Math.max(1, Math.round(fps * 2)) };
	const copied = ['-c', 'copy', ...(codec === 'jpeg' ? AS_JPEGS : AS_ANNEX_B)];
	return {
		description: `${label} with ffmpeg`,
		program: 'ffmpeg',
		arguments: [
			...[...PREFIX, '-f', 'dshow', '-rtbufsize', '64M'],
			// Before -i it chooses what the camera sends.
			...(native ? ['-vcodec', native] : []),
			...['-video_size', `${width}x${height}`, '-framerate', plain(fps), '-i', `video=${camera.input}`],
			...(encoder === 'copy' ? copied : encoding(encoder, choices, settings)),
		],
		output: 'stream',
		...patience(fps, way.slow),
		diagnose: diagnoseFfmpeg({ what: label, kind: 'dshow' }),
	};
}
