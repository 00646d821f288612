import type { CameraMethod } from '../../capture/method.ts';
import { sparingPreview } from '../ffmpeg/preview.ts';
import { avFoundationCommand } from './command.ts';
import { type AvFoundationInput, detectAvFoundation } from './detect.ts';
import { diagnoseAvFoundation } from './diagnose.ts';

/** Cameras of a Mac, through ffmpeg. */
export const avFoundation: CameraMethod<AvFoundationInput> = {
	name: 'avfoundation',
	specs: [],
	detect: detectAvFoundation,
	command: avFoundationCommand,
	diagnose: (evidence, { label }, args) => sparingPreview(diagnoseAvFoundation(evidence, label), evidence, args),
};
