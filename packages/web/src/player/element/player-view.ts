import type { Millis } from '@oriel/base';
import { figures } from './figures.ts';
import { PictureBox } from './picture-box.ts';
import type { PlayerWords } from './player-words.ts';

const FULL_SCREEN_PATH = 'M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5';

/** What the view shows beside the picture. */
export interface PlayerFigures {
	readonly title: string;
	readonly framesPerSecond: number;
	readonly ageMs: Millis | undefined;
	readonly note: string | undefined;
}

/** The elements inside a player: picture, message over it, and the strip that `controls` shows. All words are text nodes. */
export class PlayerView {
	readonly box = new PictureBox();
	readonly #note = element('div', 'note');
	readonly #message = element('div', 'message');
	readonly #headline = element('div', 'headline');
	readonly #detail = element('div', 'detail');
	readonly #retry = document.createElement('button');
	readonly #title = element('span', 'title');
	readonly #figures = element('span', 'figures');

	constructor(root: ShadowRoot, { onRetry, onFullScreen }: { onRetry: () => void; onFullScreen: () => void }) {
		this.#retry.type = 'button';
		this.#retry.textContent = 'Try again';
		this.#retry.onclick = onRetry;
		this.#message.setAttribute('role', 'status');
		this.#message.append(this.#headline, this.#detail, this.#retry);
		const strip = element('div', 'strip');
		strip.append(this.#title, this.#figures, fullScreenButton(onFullScreen));
		root.append(this.box.element, this.#note, this.#message, strip);
	}

	/** Shows words over the picture, or none. */
	say(words: PlayerWords | undefined): void {
		this.#message.hidden = !words;
		setText(this.#headline, words?.headline ?? '');
		setText(this.#detail, words?.detail ?? '');
		this.#retry.hidden = !words?.retry;
	}

	show({ title, framesPerSecond, ageMs, note }: PlayerFigures): void {
		setText(this.#title, title);
		setText(this.#figures, figures(framesPerSecond, ageMs));
		setText(this.#note, note ?? '');
		this.#note.hidden = note === undefined;
		this.box.element.ariaLabel = title;
	}
}

function fullScreenButton(onClick: () => void): HTMLButtonElement {
	const button = document.createElement('button');
	button.type = 'button';
	button.ariaLabel = 'Full screen';
	button.hidden = !document.fullscreenEnabled;
	button.onclick = onClick;
	const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
	svg.setAttribute('viewBox', '0 0 24 24');
	const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
	path.setAttribute('d', FULL_SCREEN_PATH);
	svg.append(path);
	button.append(svg);
	return button;
}

function element(tag: 'div' | 'span', className: string): HTMLElement {
	const made = document.createElement(tag);
	made.className = className;
	return made;
}

/** Touches the page only for a change, so that screen readers do not say the same again. */
function setText(target: HTMLElement, text: string): void {
	if (target.textContent !== text) target.textContent = text;
}
