import { type Cancel, type Clock, type Micros, type Millis, micros } from '@oriel/base';
import type { ReceivedFrame } from '../../connection/received-frame.ts';
import { CatchUp } from '../catch-up.ts';
import type { Renderer, RendererEvents } from '../renderer.ts';
import { BufferFeeder } from './buffer-feeder.ts';
import { FragmentMaker, type Piece } from './fragment-maker.ts';
import type { Media, OpenMedia } from './media.ts';
import { OnTheWay, type Shown } from './on-the-way.ts';
import { Playhead } from './playhead.ts';

const LOOK_INTERVAL_MS: Millis = 100;
/** A browser that has not opened a media source by then never will. */
const OPEN_TIMEOUT = micros(4_000);
/** A picture this near to the newest is the present. */
const PRESENT = micros(300);
/** Media times come back from the browser as seconds with a fraction. */
const ROUNDING = 50;

export interface MseParts extends RendererEvents {
	readonly clock: Clock;
	readonly open: OpenMedia;
}

/** H.264 through a media source: a fragment of MP4 a picture, made here, with the playing kept at the live edge. */
export class MseRenderer implements Renderer {
	readonly #parts: MseParts;
	readonly #maker = new FragmentMaker();
	readonly #onTheWay = new OnTheWay();
	readonly #catchUp = new CatchUp();
	readonly #cancelLook: Cancel;
	readonly #media: Media;
	readonly #feeder: BufferFeeder;
	readonly #playhead: Playhead;
	readonly #begunAt: Micros;
	/** Pieces that came before the source was open. */
	#early: Piece[] = [];
	#opened = false;
	#wanted = true;
	#needsKey = true;
	/** Up to here the media can be played: see `Piece.playable`. */
	#newest: Micros = 0;
	/** Sequence of the picture that was offered last. */
	#last: number | undefined;
	/** Came to a screen that is still covered. */
	#unseen: Shown | undefined;
	#closed = false;

	constructor(parts: MseParts) {
		this.#parts = parts;
		this.#begunAt = parts.clock.now();
		this.#catchUp.begin(this.#begunAt);
		this.#media = parts.open({
			onOpen: () => this.#open(),
			onShown: (mediaTime) => this.#shown(Math.round(mediaTime * 1e6) + ROUNDING),
			onWanted: (wanted) => {
				this.#wanted = wanted;
			},
			onBroken: (reason) => this.#fail(reason),
		});
		this.#feeder = new BufferFeeder(this.#media, (reason) => this.#fail(reason));
		this.#playhead = new Playhead(this.#media.video, parts.clock);
		this.#cancelLook = parts.clock.every(LOOK_INTERVAL_MS, () => this.#look());
	}

	offer(picture: ReceivedFrame): void {
		if (picture.key) this.#beginGroup(picture);
		this.#last = picture.sequence;
		if (!this.#wanted) this.#needsKey = true;
		const piece = this.#closed || this.#needsKey ? undefined : this.#maker.make(picture);
		if (!piece) this.#refuse(picture);
		else if (this.#opened) this.#append(piece);
		else this.#early.push(piece);
	}

	close(): void {
		if (this.#closed) return;
		this.#closed = true;
		this.#cancelLook();
		this.#feeder.close();
		this.#onTheWay.clear();
		this.#early.at(-1)?.picture.settle(undefined);
		this.#early = [];
		this.#media.close();
	}

	/** A group that is not the continuation of what is shown begins with the past: the video is covered until it has passed. */
	#beginGroup({ sequence }: ReceivedFrame): void {
		this.#needsKey = false;
		if (this.#closed || this.#last === undefined || (this.#last + 1) >>> 0 === sequence) return;
		this.#catchUp.begin(this.#parts.clock.now());
		this.#media.cover();
	}

	#refuse(picture: ReceivedFrame): void {
		picture.settle(undefined);
		if (picture.key && !this.#closed && this.#wanted) this.#parts.onUndecodable();
	}

	#open(): void {
		if (this.#closed) return;
		this.#opened = true;
		for (const piece of this.#early.splice(0)) this.#append(piece);
	}

	#append(piece: Piece): void {
		const { picture, from, playable } = piece;
		if (this.#closed) {
			picture.settle(undefined);
			return;
		}
		this.#newest = playable;
		this.#onTheWay.add(piece);
		this.#feeder.add(piece, () => this.#appended(picture, from, playable));
	}

	/** The past is settled as soon as the browser has it: nothing waits for it to be seen. */
	#appended(picture: ReceivedFrame, from: Micros, playable: Micros): void {
		if (this.#newest - from > PRESENT) picture.settle(undefined);
		if (playable === this.#newest) this.#chase();
	}

	#chase(): void {
		if (this.#closed) return;
		this.#playhead.follow(this.#newest);
		this.#feeder.trim(this.#playhead.time);
	}

	#shown(mediaTime: Micros): void {
		const shown = this.#closed ? undefined : this.#onTheWay.shownAt(mediaTime);
		// A browser that does not tell of each picture is looked at less often than it shows one.
		if (!this.#media.video.tellsShown) for (const each of shown?.passed ?? []) each.settle(each.ageMs());
		if (shown) this.#uncover(shown, this.#newest - mediaTime > PRESENT ? 1 : 0);
	}

	/** The video stays covered until it plays the present. */
	#uncover(shown: Shown, newer: number): void {
		const { picture, settled } = shown;
		const ageMs = picture.ageMs();
		const maySee = this.#catchUp.mayShow({ ageMs, newer, now: this.#parts.clock.now() });
		this.#unseen = maySee ? undefined : shown;
		if (maySee) this.#parts.onShown(picture);
		settled.settle(maySee ? ageMs : undefined);
	}

	#look(): void {
		const { tellsShown, canSeek } = this.#media.video;
		const now = this.#parts.clock.now();
		if (!tellsShown && canSeek) this.#shown(this.#playhead.time);
		if (this.#unseen) this.#uncover(this.#unseen, 1);
		if (this.#feeder.isIdle) this.#chase();
		if (!this.#opened && now - this.#begunAt > OPEN_TIMEOUT) this.#fail('The browser opens no media source');
	}

	#fail(reason: string): void {
		if (this.#closed) return;
		this.close();
		this.#parts.onBroken(reason);
	}
}
