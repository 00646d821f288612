import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fakeMachine } from './machine.ts';

/**
 * Takes the place of ffmpeg: the real one, which reads a moving pattern of the same size and rate where the command line
 * names a node of Video4Linux. It becomes the real one, so that signals and descriptors reach that.
 */
const FFMPEG = `#!/bin/sh
real=$(PATH=\${PATH#*:} command -v ffmpeg)
case " $* " in
*' -list_formats '*)
	echo '[video4linux2,v4l2 @ 0x1] Raw       :     yuyv422 :           YUYV 4:2:2 : 640x360 1280x720' >&2
	exit 1 ;;
*' -f v4l2 '*) ;;
*) exec "$real" "$@" ;;
esac
at=options
last=
for word do
	shift
	case $at in
	options) if [ "$word" = -f ]; then at=input; else set -- "$@" "$word"; fi ;;
	input)
		case $last in
		-video_size) size=$word ;;
		-framerate) rate=$word ;;
		-i)
			at=output
			set -- "$@" -re -f lavfi -i "testsrc2=size=$size:rate=$rate,format=yuyv422" ;;
		esac ;;
	output) set -- "$@" "$word" ;;
	esac
	last=$word
done
exec "$real" "$@"
`;

/** A computer with a USB camera of raw pictures at /dev/video0, which the real ffmpeg encodes. */
export class UsbThroughFfmpeg implements Disposable {
	readonly #root = fakeMachine('pc', 'bookworm', { usbAt: 0 });
	readonly #folder = mkdtempSync(join(tmpdir(), 'oriel-ffmpeg-'));

	constructor() {
		const path = join(this.#folder, 'ffmpeg');
		writeFileSync(path, FFMPEG);
		chmodSync(path, 0o755);
	}

	/** For the process of an agent. */
	get environment(): Record<string, string> {
		return {
			PATH: [this.#folder, process.env.PATH ?? ''].join(delimiter),
			ORIEL_MACHINE_ROOT: this.#root,
		};
	}

	[Symbol.dispose](): void {
		rmSync(this.#folder, { recursive: true, force: true });
		rmSync(this.#root, { recursive: true, force: true });
	}
}
