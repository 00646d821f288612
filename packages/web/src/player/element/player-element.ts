import { type Millis, systemClock } from '@oriel/base';
import { sharedConnection } from '../connection/shared-connection.ts';
import { paint } from '../picture/paint.ts';
import { PlayerSession } from './player-session.ts';
import type { PlayerState } from './player-state.ts';
import { playerStyles } from './player-styles.ts';
import { PlayerView } from './player-view.ts';

/** A player this near to the visible part of the page is as good as seen. */
const NEAR = '200px';

/**
 * `<oriel-player camera="porch" src="/live" controls>`: one camera, live. `src` is the relay's live address, `/live` if
 * left out. It dispatches `statechange`, and mirrors its state in the attribute `data-state`.
 */
export class OrielPlayer extends HTMLElement {
	static readonly observedAttributes = ['camera', 'src'];
	readonly #view: PlayerView;
	#session: PlayerSession<ImageBitmap> | undefined;
	#sight: IntersectionObserver | undefined;
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

	/** Where the pictures are drawn, at their natural size. */
	get canvas(): HTMLCanvasElement {
		return this.#view.canvas;
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
		this.#view.canvas.dataset.empty = '';
		this.#start();
	}

	#start(): void {
		const camera = this.getAttribute('camera');
		if (!camera || !this.isConnected) return;
		const session = new PlayerSession({
			camera,
			connection: sharedConnection(this.getAttribute('src') ?? '/live'),
			clock: systemClock,
			decode: (jpeg) => createImageBitmap(jpeg),
			draw: (bitmap) => this.#draw(bitmap),
			onChange: () => this.#update(),
		});
		this.#session = session;
		this.#sight = new IntersectionObserver((entries) => session.seen(entries.at(-1)?.isIntersecting ?? true), {
			rootMargin: NEAR,
		});
		this.#sight.observe(this);
		this.#update();
	}

	#stop(): void {
		this.#sight?.disconnect();
		this.#session?.close();
		this.#session = undefined;
	}

	#draw(bitmap: ImageBitmap): void {
		paint(this.#view.canvas, bitmap);
		delete this.#view.canvas.dataset.empty;
	}

	#update(): void {
		const session = this.#session;
		if (!session) return;
		this.#view.say(session.words);
		this.#view.show(session);
		this.#enter(session.state);
	}

	#enter(state: PlayerState): void {
		const changed = state !== this.#state || this.dataset.state === undefined;
		this.#state = state;
		if (!changed) return;
		this.dataset.state = state;
		this.dispatchEvent(new Event('statechange'));
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
