import type { CaptureMethod } from '../capture/method.ts';
import { avFoundation } from './avfoundation/method.ts';
import { dshow } from './dshow/method.ts';
import { exec } from './exec/method.ts';
import { ffmpegV4l2 } from './ffmpeg/method.ts';
import { file } from './file/method.ts';
import { http } from './http/method.ts';
import { pattern } from './pattern/method.ts';
import { raspivid } from './raspivid/method.ts';
import { rpicam } from './rpicam/method.ts';
import { rtsp } from './rtsp/method.ts';
import { stdin } from './stdin/method.ts';
import { v4l2 } from './v4l2/method.ts';

/** Every type of camera and source that Oriel knows, in the order in which they are looked for and named. */
export const CAPTURE_METHODS: readonly CaptureMethod[] = [
	rpicam,
	raspivid,
	v4l2,
	ffmpegV4l2,
	avFoundation,
	dshow,
	rtsp,
	pattern,
	stdin,
	file,
	exec,
	http,
];
