import type { CameraMethod } from '../../capture/method.ts';
import { findHolders } from '../../detect/facts/holders.ts';
import { nodeTarget } from '../targets.ts';
import { v4l2Settings } from '../v4l2/settings.ts';
import { ffmpegV4l2Command } from './command.ts';
import { detectFfmpegV4l2, type FfmpegV4l2Input } from './detect.ts';
import { diagnoseFfmpegV4l2 } from './diagnose.ts';
import { sparingPreview } from './preview.ts';

/** Cameras on Video4Linux through ffmpeg: raw frames encoded, or the camera's own JPEG or H.264 passed on. */
export const ffmpegV4l2: CameraMethod<FfmpegV4l2Input> = {
	name: 'ffmpeg-v4l2',
	specs: [],
	target: nodeTarget,
	detect: detectFfmpegV4l2,
	command: ffmpegV4l2Command,
	diagnose: (evidence, { label }, args) => sparingPreview(diagnoseFfmpegV4l2(evidence, label), evidence, args),
	holders: ({ input: { node } }, computer) => findHolders(computer, node.path),
	driver: { open: ({ input: { node } }, own, computer) => v4l2Settings(node, own, computer), isComplete: false },
};
