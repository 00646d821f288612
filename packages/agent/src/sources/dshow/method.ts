import type { CameraMethod } from '../../capture/method.ts';
import { sparingPreview } from '../ffmpeg/preview.ts';
import { dshowCommand } from './command.ts';
import { type DshowInput, detectDshow } from './detect.ts';
import { diagnoseDshow } from './diagnose.ts';

/** Cameras of Windows, through ffmpeg. */
export const dshow: CameraMethod<DshowInput> = {
	name: 'dshow',
	specs: [],
	detect: detectDshow,
	command: dshowCommand,
	diagnose: (evidence, { label }, args) => sparingPreview(diagnoseDshow(evidence, label), evidence, args),
};
