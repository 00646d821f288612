import { type Cancel, type Clock, type Micros, type Millis, micros } from '@oriel/base';
import type { LiveConnection } from '../connection/live-connection.ts';
import type { Picture } from '../connection/picture.ts';
import { Age } from '../picture/age.ts';
import { type Bitmap, JpegRenderer } from '../picture/jpeg-renderer.ts';
import { Rate } from '../picture/rate.ts';
import { type PlayerState, playerState, type Sight } from './player-state.ts';
import { type PlayerWords, playerWords } from './player-words.ts';

/** How often a player looks whether pictures still come. */
const TICK_MS: Millis = 500;
/** A picture that came this shortly before pictures were due counts: another player of this page may have asked for it. */
const FRESH = micros(1_000);

export interface PlayerSessionParts<B extends Bitmap> {
	readonly connection: LiveConnection;
	readonly clock: Clock;
	readonly camera: string;
	readonly decode: (jpeg: Blob) => Promise<B>;
	readonly draw: (bitmap: B) => void;
	/** State, words or figures may have changed. */
	readonly onChange: () => void;
}

/** One player at one camera: asks for its pictures while it is seen, draws them, and knows how it goes. */
export class PlayerSession<B extends Bitmap> {
	readonly #parts: PlayerSessionParts<B>;
	readonly #rate = new Rate();
	readonly #age = new Age();
	readonly #renderer: JpegRenderer<B>;
	readonly #undo: Cancel[];
	#release: Cancel | undefined;
	#expectedSince: Micros | undefined;
	#newestAt: Micros | undefined;
	#undecodable = false;

	constructor(parts: PlayerSessionParts<B>) {
		this.#parts = parts;
		this.#renderer = new JpegRenderer({
			decode: parts.decode,
			draw: (bitmap, picture) => this.#draw(bitmap, picture),
			onUndecodable: () => {
				this.#undecodable = true;
			},
		});
		this.#undo = [
			parts.connection.subscribe(() => this.#update()),
			parts.clock.every(TICK_MS, () => this.#update()),
			() => this.seen(false),
			() => this.#renderer.close(),
		];
	}

	get state(): PlayerState {
		return playerState(this.#sight);
	}

	get words(): PlayerWords | undefined {
		const { connection, clock } = this.#parts;
		const toWall = (time: Micros) => connection.toWall(time);
		return playerWords(this.state, this.#sight, { toWall, wallNow: clock.wall(), undecodable: this.#undecodable });
	}

	/** Median age of the pictures of the last second, when they were drawn. */
	get ageMs(): Millis | undefined {
		return this.#age.ms;
	}

	get framesPerSecond(): number {
		return this.#rate.perSecond(this.#parts.clock.now());
	}

	/** What people call the camera; its name until that is known. */
	get title(): string {
		return this.#parts.connection.camera(this.#parts.camera)?.title || this.#parts.camera;
	}

	/** Whether anybody can see the player: only then are pictures asked for. */
	seen(seen: boolean): void {
		if (seen === (this.#release !== undefined)) return;
		this.#release?.();
		const { connection, camera } = this.#parts;
		this.#release = seen ? connection.watch(camera, (picture) => this.#renderer.offer(picture)) : undefined;
		this.#update();
	}

	/** Tries to connect again, now. */
	retry(): void {
		this.#parts.connection.retry();
	}

	close(): void {
		for (const undo of this.#undo) undo();
	}

	get #sight(): Sight {
		const { connection, camera, clock } = this.#parts;
		return {
			connection: connection.state,
			listed: connection.listed,
			camera: connection.camera(camera),
			now: clock.now(),
			expectedSince: this.#expectedSince,
			newestAt: this.#newestAt,
			intervalMs: this.#rate.intervalMs(),
		};
	}

	get #expected(): boolean {
		const { connection } = this.#parts;
		const camera = connection.camera(this.#parts.camera);
		const live = connection.state.phase === 'open' && camera?.confirmed && camera.status?.state === 'live';
		return Boolean(live && this.#release && !connection.suspended);
	}

	#update(): void {
		if (!this.#expected) this.#expectedSince = undefined;
		else if (this.#expectedSince === undefined) this.#expectAnew();
		this.#parts.onChange();
	}

	#expectAnew(): void {
		this.#expectedSince = this.#parts.clock.now() - FRESH;
		this.#rate.reset();
		this.#age.reset();
	}

	#draw(bitmap: B, picture: Picture): void {
		const now = this.#parts.clock.now();
		const first = this.#newestAt === undefined || this.#newestAt < (this.#expectedSince ?? 0);
		this.#parts.draw(bitmap);
		this.#undecodable = false;
		this.#newestAt = picture.arrivedAt;
		if (picture.arrivedAt >= (this.#expectedSince ?? now)) {
			this.#rate.note(now);
			this.#age.note(picture.ageMs(), now);
		}
		if (first) this.#parts.onChange();
	}
}
