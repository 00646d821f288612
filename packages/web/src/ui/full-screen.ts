/** Whether this browser can give the page the whole screen. */
export function canFillScreen(): boolean {
	return document.fullscreenEnabled === true;
}

/** Marks the document while it has the whole screen, by whatever way it got it. */
export function followFullScreen(): void {
	const byBrowser = matchMedia('(display-mode: fullscreen)');
	const mark = () => {
		document.documentElement.toggleAttribute('data-full', byBrowser.matches || document.fullscreenElement !== null);
	};
	document.addEventListener('fullscreenchange', mark);
	byBrowser.addEventListener('change', mark);
	mark();
}

/** Gives the page the whole screen, or gives it back. */
export async function toggleFullScreen(): Promise<void> {
	try {
		await (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen());
	} catch {
		// The browser said no, as it may; the page looks the same as before.
	}
}
