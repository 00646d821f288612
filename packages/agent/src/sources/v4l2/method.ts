import type { CameraMethod } from '../../capture/method.ts';
import { findHolders } from '../../detect/facts/holders.ts';
import { csiTarget, nodeTarget } from '../targets.ts';
import { v4l2CtlCommand } from './command.ts';
import { detectV4l2, type V4l2CtlInput } from './detect.ts';
import { diagnoseV4l2Ctl } from './diagnose.ts';
import { v4l2Settings } from './settings.ts';

/** Cameras on Video4Linux that make JPEG or H.264 themselves, through `v4l2-ctl`. */
export const v4l2: CameraMethod<V4l2CtlInput> = {
	name: 'v4l2-ctl',
	specs: ['/dev/videoN'],
	target: (spec) => nodeTarget(spec) ?? csiTarget(spec),
	detect: detectV4l2,
	command: v4l2CtlCommand,
	diagnose: (evidence, { input: { node, isLegacyCsi } }) => diagnoseV4l2Ctl(evidence, node.path, isLegacyCsi),
	holders: ({ input: { node } }, computer) => findHolders(computer, node.path),
	driver: { open: ({ input: { node } }, own, computer) => v4l2Settings(node, own, computer), isComplete: true },
};
