import type { Candidate } from '../../detect/candidates/candidate.ts';
import type { CaptureSettings, Command } from '../program/command.ts';
import { avFoundationCommand } from './avfoundation.ts';
import { dshowCommand } from './dshow.ts';
import { ffmpegV4l2Command } from './ffmpeg-v4l2.ts';
import { raspividCommand } from './raspivid.ts';
import { rpicamCommand } from './rpicam.ts';
import { rtspCommand } from './rtsp.ts';
import { v4l2CtlCommand } from './v4l2-ctl.ts';

/** The command line for a way to a camera. Throws AgentError `bad-option` for a choice that it cannot follow. */
export function commandOf({ way, label }: Candidate, settings: CaptureSettings): Command {
	switch (way.by) {
		case 'rpicam':
			return rpicamCommand(way, settings, label);
		case 'raspivid':
			return raspividCommand(way, settings, label);
		case 'v4l2-ctl':
			return v4l2CtlCommand(way, settings, label);
		case 'ffmpeg-v4l2':
			return ffmpegV4l2Command(way, settings, label);
		case 'avfoundation':
			return avFoundationCommand(way, settings, label);
		case 'dshow':
			return dshowCommand(way, settings, label);
		case 'rtsp':
			return rtspCommand(way, settings, label);
	}
}
