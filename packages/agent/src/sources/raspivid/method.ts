import type { CameraMethod } from '../../capture/method.ts';
import { findHolders } from '../../detect/facts/holders.ts';
import { csiTarget } from '../targets.ts';
import { raspividCommand } from './command.ts';
import { detectRaspivid, type RaspividInput } from './detect.ts';
import { diagnoseRaspivid } from './diagnose.ts';

/** Cameras on ribbon connectors, through `raspivid` of the camera system of before 2021. */
export const raspivid: CameraMethod<RaspividInput> = {
	name: 'raspivid',
	specs: [],
	target: csiTarget,
	detect: detectRaspivid,
	command: raspividCommand,
	diagnose: diagnoseRaspivid,
	holders: (_, computer) => findHolders(computer),
};
