import type { Secret } from '@oriel/base';
import type { CameraTool } from '../facts/camera-tool.ts';
import type { MacCamera, WindowsCamera } from '../facts/desktop-cameras.ts';
import type { FfmpegTool } from '../facts/ffmpeg-tool.ts';
import type { VideoNode } from '../facts/video-nodes.ts';
import type { Board } from '../outputs/board.ts';
import type { ListedCamera } from '../outputs/list-cameras.ts';

/** A way to get pictures from a camera, and how good it is. */
export interface Candidate {
	/** The higher, the better: see `SCORES`. */
	readonly score: number;
	/** Why it has its score, in plain words. */
	readonly reason: string;
	/** What the camera is called, for people, e.g. `imx708`. */
	readonly label: string;
	/** Which camera it is. Candidates with the same one are ways to the same camera. It stays over restarts. */
	readonly camera: string;
	readonly codec: 'jpeg' | 'h264';
	readonly way: Way;
}

/** Everything that the command line of a program needs to know, but what the owner chooses. */
export type Way = { readonly board: Board; readonly slow: boolean } & (
	| RpicamWay
	| RaspividWay
	| V4l2CtlWay
	| FfmpegV4l2Way
	| AvFoundationWay
	| DshowWay
	| RtspWay
);

/** `rpicam-vid` or `libcamera-vid`. */
export interface RpicamWay {
	readonly by: 'rpicam';
	readonly tool: CameraTool;
	/** Undefined if the program is too old to list its cameras: the first one is meant. */
	readonly camera: ListedCamera | undefined;
	/** `hardware` and `libav` make H.264. */
	readonly encoder: 'hardware' | 'libav' | 'jpeg';
}

/** `raspivid`. */
export interface RaspividWay {
	readonly by: 'raspivid';
	readonly index: number;
	readonly codec: 'jpeg' | 'h264';
}

/** A camera on Video4Linux that makes JPEG or H.264 itself, through `v4l2-ctl`. */
export interface V4l2CtlWay {
	readonly by: 'v4l2-ctl';
	readonly node: VideoNode;
	/** As `pixelformat=` takes it. */
	readonly pixelFormat: 'MJPG' | 'JPEG' | 'H264';
	/** The Pi's own camera as the old system shows it, with controls of its encoder. */
	readonly isLegacyCsi: boolean;
}

/** What ffmpeg does with the pictures that it gets. */
export type FfmpegEncoder = 'copy' | 'h264_v4l2m2m' | 'libx264' | 'h264_videotoolbox' | 'mjpeg';

/** A camera on Video4Linux through ffmpeg. */
export interface FfmpegV4l2Way {
	readonly by: 'ffmpeg-v4l2';
	readonly ffmpeg: FfmpegTool;
	readonly node: VideoNode;
	/** Name of the format in Video4Linux, e.g. `YUYV`. */
	readonly pixelFormat: string;
	/** Name of the format in ffmpeg, e.g. `yuyv422`. */
	readonly inputFormat: string;
	readonly encoder: FfmpegEncoder;
}

/** A camera of a Mac. */
export interface AvFoundationWay {
	readonly by: 'avfoundation';
	readonly ffmpeg: FfmpegTool;
	readonly camera: MacCamera;
	readonly encoder: Exclude<FfmpegEncoder, 'copy' | 'h264_v4l2m2m'>;
}

/** A camera of Windows. */
export interface DshowWay {
	readonly by: 'dshow';
	readonly ffmpeg: FfmpegTool;
	readonly camera: WindowsCamera;
	/** What the camera makes itself; undefined: raw pictures. */
	readonly native: 'mjpeg' | 'h264' | undefined;
	readonly encoder: Exclude<FfmpegEncoder, 'h264_v4l2m2m' | 'h264_videotoolbox'>;
}

/** A network camera that speaks RTSP. */
export interface RtspWay {
	readonly by: 'rtsp';
	readonly ffmpeg: FfmpegTool;
	/** A URL, perhaps with a password in it. */
	readonly address: Secret;
}

/**
 * The order in which ways are tried. A camera on a ribbon connector before one on USB, for it was put there on purpose;
 * what a camera makes itself before what has to be made on this machine's processor.
 */
export const SCORES = {
	explicit: 200,
	csiH264: 110,
	raspividH264: 106,
	legacyH264: 104,
	csiJpeg: 100,
	raspividJpeg: 98,
	legacyJpeg: 96,
	nativeJpeg: 90,
	/** Not before JPEG: many of these cameras send a key frame every several seconds, some never a second one. */
	nativeH264: 80,
	/** The same through ffmpeg: one more program that holds pictures back. */
	throughFfmpeg: -2,
	rawToH264Hardware: 42,
	rawToH264: 40,
	rawToJpeg: 38,
} as const;
