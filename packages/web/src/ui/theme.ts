/** The themes a person may choose. `auto` follows the device. */
export const THEMES = ['auto', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const KEY = 'oriel-theme';

/** What the person chose in this browser; as the device has it if nothing. */
export function chosenTheme(): Theme {
	const stored = readStorage();
	return THEMES.find((theme) => theme === stored) ?? 'auto';
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
	for (const meta of document.querySelectorAll('meta[name="theme-color"]')) meta.setAttribute('content', background);
}

function readStorage(): string | null {
	try {
		return localStorage.getItem(KEY);
	} catch {
		return null;
	}
}
