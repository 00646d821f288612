import { type Millis, systemClock } from '@oriel/base';
import type { BandwidthReport } from '@oriel/protocol';
import { sharedConnection } from '../connection/shared-connection.ts';
import { browserCapabilities } from '../picture/browser-capabilities.ts';
import { methodNamed, type PlaybackMethod } from '../picture/choose.ts';
import { createRenderer } from './create-renderer.ts';
import { PlayerSession } from './player-session.ts';
import type { PlayerState } from './player-state.ts';
import { playerStyles } from './player-styles.ts';
import { PlayerView } from './player-view.ts';
import { pictureAsSeen } from './save-picture.ts';
import type { Skipped } from './skips.ts';

/** A player this near to the visible part of the page is as good as seen. */
const NEAR = '200px';

/**
 * `<oriel-player camera="porch" src="/live" controls>`: one camera, live. `src` is the relay's live address, `/live` if
 * left out; `method` (`webcodecs` or `mse`) forces one way to show H.264, for trouble-shooting; `turn` (`90`, `180`,
 * `270`, clockwise) and `mirrored` turn the picture where it is shown. It dispatches `statechange`,
 * and mirrors its state in the attribute `data-state`, its method in `data-method` and the track that it shows in `data-track`.
 */
export class OrielPlayer extends HTMLElement {
	static readonly observedAttributes = ['camera', 'src', 'method'];
	readonly #view: PlayerView;
	#session: PlayerSession | undefined;
	#visibility: IntersectionObserver | undefined;
	#size: ResizeObserver | undefined;
	#state: PlayerState = 'connecting';

	constructor() {
		super();
		const root = this.attachShadow({ mode: 'open' });
		root.adoptedStyleSheets = [sharedSheet()];
		this.#view = new PlayerView(root, {
			onRetry: () => this.#session?.retry(),
			onFullScreen: () => this.#toggleFullScreen(),
		});
	}

	get state(): PlayerState {
		return this.#state;
	}

	/** Age of the pictures when they were drawn: the median of the last second. Undefined while it is not known. */
	get ageMs(): Millis | undefined {
		return this.#session?.ageMs;
	}

	/** Pictures drawn per second, over the last 2 s. */
	get framesPerSecond(): number {
		return this.#session?.framesPerSecond ?? 0;
	}

	/** How the pictures are shown; undefined before the first, and if they cannot be. */
	get method(): PlaybackMethod | undefined {
		return this.#session?.method;
	}

	/** Why the last decoder failed; undefined if none has. */
	get methodReason(): string | undefined {
		return this.#session?.methodReason;
	}

	/** What the connection carries of this camera while that is not all; undefined: it keeps up, as far as is known. */
	get carries(): BandwidthReport | undefined {
		return this.#session?.carries;
	}

	/** What was left out on the way to catch up, since the player began. */
	get skipped(): Skipped {
		return this.#session?.skipped ?? { frames: 0, ms: 0 };
	}

	/** The picture that is shown, at its natural size. */
	get canvas(): HTMLCanvasElement {
		return this.#view.box.canvas;
	}

	/**
	 * The picture that is seen now, turned as it is seen, as a JPEG, and when it was taken (milliseconds since 1970).
	 * Undefined if none is shown.
	 */
	async savePicture(): Promise<{ readonly jpeg: Blob; readonly takenAt: Millis } | undefined> {
		const { box } = this.#view;
		if (box.isEmpty) return undefined;
		const takenAt = Date.now() - (this.ageMs ?? 0);
		const degrees = Number(this.getAttribute('turn') ?? 0);
		const jpeg = await pictureAsSeen(box.canvas, { degrees, mirrored: this.hasAttribute('mirrored') });
		return jpeg && { jpeg, takenAt };
	}

	connectedCallback(): void {
		this.#start();
	}

	disconnectedCallback(): void {
		this.#stop();
	}

	attributeChangedCallback(_name: string, before: string | null, after: string | null): void {
		if (!this.#session || before === after) return;
		this.#stop();
		this.#view.box.clear();
		this.#start();
	}

	#start(): void {
		const camera = this.getAttribute('camera');
		if (!camera || !this.isConnected) return;
		const session = new PlayerSession({
			camera,
			connection: sharedConnection(this.getAttribute('src') ?? '/live'),
			clock: systemClock,
			capabilities: browserCapabilities(),
			forced: methodNamed(this.getAttribute('method')),
			createRenderer: (method, events) => createRenderer(method, this.#view.box, events),
			onChange: () => this.#update(),
		});
		this.#session = session;
		this.#visibility = new IntersectionObserver((entries) => session.seen(entries.at(-1)?.isIntersecting ?? true), {
			rootMargin: NEAR,
		});
		this.#visibility.observe(this);
		session.resize(this.clientWidth);
		this.#size = new ResizeObserver(() => session.resize(this.clientWidth));
		this.#size.observe(this);
		this.#update();
	}

	#stop(): void {
		this.#visibility?.disconnect();
		this.#size?.disconnect();
		this.#session?.close();
		this.#session = undefined;
		this.#view.box.release();
	}

	#update(): void {
		const session = this.#session;
		if (!session) return;
		this.#view.say(session.words);
		this.#view.show(session);
		this.#mirrorMethod(session.method);
		if (this.dataset.track !== session.track) this.dataset.track = session.track;
		this.#enter(session.state);
	}

	#enter(state: PlayerState): void {
		const changed = state !== this.#state || this.dataset.state === undefined;
		this.#state = state;
		if (!changed) return;
		this.dataset.state = state;
		this.dispatchEvent(new Event('statechange'));
	}

	#mirrorMethod(method: PlaybackMethod | undefined): void {
		if (method === undefined) delete this.dataset.method;
		else if (this.dataset.method !== method) this.dataset.method = method;
	}

	#toggleFullScreen(): void {
		void (document.fullscreenElement ? document.exitFullscreen() : this.requestFullscreen());
	}
}

let sheet: CSSStyleSheet | undefined;

function sharedSheet(): CSSStyleSheet {
	if (!sheet) {
		sheet = new CSSStyleSheet();
		sheet.replaceSync(playerStyles);
	}
	return sheet;
}
