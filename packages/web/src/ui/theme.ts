/** The looks a person may choose. `auto` follows the device. */
export const THEMES = ['dark', 'light', 'auto'] as const;
export type Theme = (typeof THEMES)[number];

const KEY = 'oriel-theme';

/** What the person chose in this browser; dark if nothing. */
export function chosenTheme(): Theme {
	const stored = readStorage();
	return THEMES.find((theme) => theme === stored) ?? 'dark';
}

/** Shows the theme, and remembers it. */
export function chooseTheme(theme: Theme): void {
	try {
		localStorage.setItem(KEY, theme);
	} catch {
		// A browser that keeps nothing still shows it until the page is closed.
	}
	applyTheme(theme);
}

/** Shows the theme. */
export function applyTheme(theme: Theme): void {
	document.documentElement.dataset.theme = theme;
	const background = getComputedStyle(document.body).backgroundColor;
	document.querySelector('meta[name="theme-color"]')?.setAttribute('content', background);
}

function readStorage(): string | null {
	try {
		return localStorage.getItem(KEY);
	} catch {
		return null;
	}
}
