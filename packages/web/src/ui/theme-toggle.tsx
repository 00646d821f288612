import { useState } from 'preact/hooks';
import { IconButton } from './button.tsx';
import { chooseTheme, chosenTheme, THEMES } from './theme.ts';

const NAMES = { auto: 'Same as device', light: 'Light', dark: 'Dark' } as const;

/** Goes round the themes. */
export function ThemeToggle() {
	const [theme, setTheme] = useState(chosenTheme);
	const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? 'auto';
	const choose = () => {
		chooseTheme(next);
		setTheme(next);
	};
	return <IconButton icon={theme} label={`Theme: ${NAMES[theme]}`} onClick={choose} />;
}
