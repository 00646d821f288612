import { choose, plain } from '../../capture/command/choices.ts';
import type { CaptureSettings } from '../../capture/command/command.ts';
import { frameTimeouts } from '../../capture/command/frame-timeouts.ts';
import { fastestRate, offeredSize } from '../../capture/command/offered-size.ts';
import type { Camera, CommandLine } from '../../capture/method.ts';
import { AS_ANNEX_B, AS_JPEGS, encoding, PREFIX, refuseChanges, refuseOptics } from '../ffmpeg/encoding.ts';
import { previewOutput } from '../ffmpeg/preview.ts';
import type { DshowInput } from './detect.ts';

const SIZE = { width: 1280, height: 720 };

/** A camera of Windows through ffmpeg: its own JPEG or H.264 passed on, or raw pictures encoded. */
export function dshowCommand(camera: Camera<DshowInput>, settings: CaptureSettings): CommandLine {
	const { input, board, slow, label } = camera;
	const { camera: device, native, encoder } = input;
	refuseOptics(settings);
	if (encoder === 'copy') refuseChanges(settings);
	const codec = native === 'mjpeg' || encoder === 'mjpeg' ? 'jpeg' : 'h264';
	const suited = choose(codec, board, settings);
	const format = device.formats.find(({ name }) => (native ? name === native : name !== 'mjpeg' && name !== 'h264'));
	const { width, height } = offeredSize(format, settings.size, SIZE);
	const wanted = settings.fps ?? 30;
	const fps = Math.min(wanted, fastestRate(format, { width, height }) ?? wanted);
	const choices = { ...suited, width, height, fps, keyEvery: Math.max(1, Math.round(fps * 2)) };
	const copied = ['-c', 'copy', ...(codec === 'jpeg' ? AS_JPEGS : AS_ANNEX_B)];
	const preview = encoder === 'copy' ? undefined : previewOutput(camera, choices, settings);
	return {
		description: `${label} with ffmpeg`,
		program: 'ffmpeg',
		arguments: [
			...[...PREFIX, '-f', 'dshow', '-rtbufsize', '64M'],
			// Before -i it chooses what the camera sends.
			...(native ? ['-vcodec', native] : []),
			...['-video_size', `${width}x${height}`, '-framerate', plain(fps), '-i', `video=${device.input}`],
			...(encoder === 'copy' ? copied : encoding(encoder, choices, settings)),
			...(preview ?? []),
		],
		output: 'stream',
		preview,
		...frameTimeouts(fps, slow),
	};
}
