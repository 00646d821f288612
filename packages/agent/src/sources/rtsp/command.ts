import type { CaptureSettings } from '../../capture/command/command.ts';
import { refuse, refuseAll } from '../../capture/command/refuse.ts';
import type { Camera, CommandLine } from '../../capture/method.ts';
import { isAtLeast } from '../../detect/outputs/version.ts';
import { AS_FLV, PREFIX, refuseChanges, refuseOptics } from '../ffmpeg/encoding.ts';
import type { RtspInput } from './detect.ts';

/** Without a byte for so long, ffmpeg gives the camera up; in microseconds. */
const TIMEOUT_US = '5000000';

/** A network camera through ffmpeg: its H.264 as it comes. */
export function rtspCommand({ input, label }: Camera<RtspInput>, settings: CaptureSettings): CommandLine {
	refuseOptics(settings);
	refuseChanges(settings);
	if (settings.codec === 'jpeg') throw refuse('JPEG', 'over RTSP only H.264 is taken');
	const why = 'a network camera sends what it is set to; set it there';
	refuseAll({ 'a size': settings.size, 'a rate': settings.fps }, why);
	const { version, versionText } = input.ffmpeg;
	// A build from git has no version; those that are about are newer than this change.
	const isOld = version !== undefined && !isAtLeast(version, [5, 0, 0]) && versionText !== '';
	return {
		description: label,
		program: 'ffmpeg',
		arguments: [
			...[...PREFIX, '-rtsp_transport', 'tcp', isOld ? '-stimeout' : '-timeout', TIMEOUT_US],
			...['-fflags', 'nobuffer', '-flags', 'low_delay', '-i', input.address.reveal()],
			...['-map', '0:v:0', '-an', '-c:v', 'copy', ...AS_FLV],
		],
		output: 'stream',
		firstPictureMs: 20_000,
		stallMs: 10_000,
	};
}
