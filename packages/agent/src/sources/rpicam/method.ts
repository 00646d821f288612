import type { CameraMethod } from '../../capture/method.ts';
import { findHolders } from '../../detect/facts/holders.ts';
import { csiTarget } from '../targets.ts';
import { programOf, rpicamCommand } from './command.ts';
import { detectRpicam, type RpicamInput } from './detect.ts';
import { diagnoseRpicam } from './diagnose.ts';

/** Cameras on ribbon connectors, through libcamera's `rpicam-vid`, or `libcamera-vid` as it was called before. */
export const rpicam: CameraMethod<RpicamInput> = {
	name: 'rpicam',
	specs: ['csi:N'],
	target: csiTarget,
	detect: detectRpicam,
	command: rpicamCommand,
	diagnose: (evidence, { board, input }, args) => {
		return diagnoseRpicam(evidence, board.chip !== undefined, programOf(input), args);
	},
	holders: (_, computer) => findHolders(computer),
};
