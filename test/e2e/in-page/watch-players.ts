// Runs in the page: notes each frame that any player of the page decodes and shows, in order, by the time code in it.
import { cameraId } from '@oriel/testcard';
import { DRAWN_CHANNEL, type DrawnMessage } from './drawn-message.ts';
import { timeCodeIn } from './time-code-in.ts';

/** What was seen of one camera. Frames are their numbers. */
interface Seen {
	/** What came out of a `VideoDecoder`. */
	readonly decoded: number[];
	/** What was put on the screen. */
	readonly shown: number[];
	/** How many of those the worker has drawn. */
	inWorker: number;
	size: readonly [width: number, height: number];
	method: string | undefined;
}

interface Player extends HTMLElement {
	readonly method?: string;
}

/** By the name of the camera. */
const seen: Record<string, Seen> = {};

/** The player of the camera whose time code is in `source`, and the number of the frame. */
function read(source: CanvasImageSource, width: number, height: number): readonly [Player, number] | undefined {
	const code = timeCodeIn(source, width, height);
	const player = code && playerOf(code.camera);
	return player && [player, code.sequence];
}

function playerOf(camera: number): Player | undefined {
	const players = [...document.querySelectorAll<Player>('oriel-player')];
	return players.find((each) => cameraId(each.getAttribute('camera') ?? '') === camera);
}

function seenOf(player: Player): Seen {
	const camera = player.getAttribute('camera') ?? '';
	const mine = seen[camera] ?? { decoded: [], shown: [], inWorker: 0, size: [0, 0], method: undefined };
	seen[camera] = mine;
	mine.method = player.method;
	return mine;
}

function noteShown(source: CanvasImageSource, width: number, height: number): void {
	const [player, number] = read(source, width, height) ?? [];
	if (player && number !== undefined) noteNumber(player, number, [width, height]);
}

function noteNumber(player: Player, number: number, size: Seen['size']): void {
	const mine = seenOf(player);
	if (mine.shown.at(-1) !== number) mine.shown.push(number);
	mine.size = size;
}

// Every frame that is decoded, also one that gives way to the next before the screen is refreshed.
const Decoder = globalThis.VideoDecoder;
if (Decoder) {
	globalThis.VideoDecoder = class extends Decoder {
		constructor({ output, error }: VideoDecoderInit) {
			const noted: VideoFrameOutputCallback = (frame) => {
				const [player, number] = read(frame, frame.displayWidth, frame.displayHeight) ?? [];
				if (player && number !== undefined) seenOf(player).decoded.push(number);
				output(frame);
			};
			super({ output: noted, error });
		}
	};
}

// Every frame that is drawn: those of WebCodecs and JPEG. A video or a canvas is drawn when what it shows is asked for.
const drawImage = CanvasRenderingContext2D.prototype.drawImage as (...args: unknown[]) => void;
CanvasRenderingContext2D.prototype.drawImage = function (this: CanvasRenderingContext2D, ...args: unknown[]) {
	drawImage.apply(this, args);
	const isCopy = args[0] instanceof HTMLVideoElement || args[0] instanceof HTMLCanvasElement;
	if (!isCopy) noteShown(this.canvas, this.canvas.width, this.canvas.height);
};

// Every frame that the worker draws: see `watch-drawing.ts`.
new BroadcastChannel(DRAWN_CHANNEL).addEventListener('message', ({ data }: MessageEvent<DrawnMessage>) => {
	const player = playerOf(data.camera);
	if (!player) return;
	noteNumber(player, data.sequence, data.size);
	seenOf(player).inWorker++;
});

// Every frame that a video brings to the screen.
const { requestVideoFrameCallback } = HTMLVideoElement.prototype;
HTMLVideoElement.prototype.requestVideoFrameCallback = function (callback) {
	return requestVideoFrameCallback.call(this, (now, metadata) => {
		noteShown(this, this.videoWidth, this.videoHeight);
		callback(now, metadata);
	});
};

// Everything that goes into a media source.
const sources = new Map<string, MediaSource>();
const pieces = new Map<MediaSource, Uint8Array[]>();
const owners = new Map<SourceBuffer, MediaSource>();

const { createObjectURL } = URL;
URL.createObjectURL = (object) => {
	const url = createObjectURL(object);
	if (object instanceof MediaSource) sources.set(url, object);
	return url;
};

const { addSourceBuffer } = MediaSource.prototype;
MediaSource.prototype.addSourceBuffer = function (type) {
	const buffer = addSourceBuffer.call(this, type);
	owners.set(buffer, this);
	return buffer;
};

const { appendBuffer } = SourceBuffer.prototype;
SourceBuffer.prototype.appendBuffer = function (data) {
	const source = owners.get(this);
	const bytes = ArrayBuffer.isView(data)
		? new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength)
		: new Uint8Array(data);
	if (source) pieces.set(source, [...(pieces.get(source) ?? []), bytes.slice()]);
	appendBuffer.call(this, data);
};

/** All that the player of a camera has put into its media source so far, as base64. */
async function fileOf(camera: string): Promise<string> {
	const player = document.querySelector(`oriel-player[camera="${camera}"]`);
	const source = sources.get(player?.shadowRoot?.querySelector('video')?.src ?? '');
	const blob = new Blob((source && pieces.get(source)) as BlobPart[] | undefined);
	const reader = new FileReader();
	const loaded = new Promise((resolve) => reader.addEventListener('load', resolve));
	reader.readAsDataURL(blob);
	await loaded;
	return String(reader.result).split(',')[1] ?? '';
}

/** Whether so many players are there, each of which knows the state of its camera. */
function isConnected(count: number): boolean {
	const players = [...document.querySelectorAll<HTMLElement>('oriel-player')];
	return players.length === count && players.every(({ dataset }) => dataset.state && dataset.state !== 'connecting');
}

Object.assign(globalThis, { seen, fileOf, isConnected });
