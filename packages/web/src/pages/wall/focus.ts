/** Moves the focus by so many tiles; from nowhere it goes to the first. It stays within the wall. */
export function moveFocus(wall: HTMLElement | null, by: number): void {
	const tiles = [...(wall?.querySelectorAll<HTMLElement>('[data-camera]') ?? [])];
	const current = tiles.indexOf(document.activeElement as HTMLElement);
	const next = current === -1 ? tiles[0] : tiles[current + by];
	next?.focus();
}

let lastOpened: string | undefined;

/** Remembers the camera that is being looked at, so that going back leads to its tile. */
export function rememberOpened(name: string): void {
	lastOpened = name;
}

/** Puts the focus on the tile of the camera looked at last, once. */
export function focusLastOpened(wall: HTMLElement | null): void {
	if (!wall || lastOpened === undefined) return;
	wall.querySelector<HTMLElement>(`[data-camera="${CSS.escape(lastOpened)}"]`)?.focus({ preventScroll: false });
	lastOpened = undefined;
}
