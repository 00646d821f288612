import type { CameraMethod } from '../../capture/method.ts';
import { rtspCommand } from './command.ts';
import { detectRtsp, type RtspInput, rtspTarget } from './detect.ts';
import { diagnoseRtsp } from './diagnose.ts';

/** Network cameras that speak RTSP, through ffmpeg. */
export const rtsp: CameraMethod<RtspInput> = {
	name: 'rtsp',
	specs: ['rtsp://…'],
	isShared: true,
	target: rtspTarget,
	detect: detectRtsp,
	command: rtspCommand,
	diagnose: (evidence, { label }) => diagnoseRtsp(evidence, `the ${label}`),
};
