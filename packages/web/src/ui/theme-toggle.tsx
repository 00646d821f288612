import { useState } from 'preact/hooks';
import { IconButton } from './button.tsx';
import { chooseTheme, chosenTheme, THEMES } from './theme.ts';

const NAMES = { dark: 'Dark', light: 'Light', auto: 'As the device' } as const;

/** Goes round the themes. */
export function ThemeToggle() {
	const [theme, setTheme] = useState(chosenTheme);
	const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? 'dark';
	const choose = () => {
		chooseTheme(next);
		setTheme(next);
	};
	return <IconButton icon={theme} label={`Look: ${NAMES[theme]}`} onClick={choose} />;
}
