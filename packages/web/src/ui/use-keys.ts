import { useEffect, useRef } from 'preact/hooks';

/** What each key does, by `KeyboardEvent.key`; letters in lower case. */
export type Keys = Readonly<Record<string, () => void>>;

/** Listens for keys while the component is shown. Typing, key combinations and open dialogs are left alone. */
export function useKeys(keys: Keys): void {
	const current = useRef(keys);
	current.current = keys;
	useEffect(() => {
		const press = (event: KeyboardEvent) => {
			if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || isTyping(event)) return;
			if (document.querySelector('dialog[open]')) return;
			const action = current.current[event.key.length === 1 ? event.key.toLowerCase() : event.key];
			if (!action) return;
			event.preventDefault();
			action();
		};
		addEventListener('keydown', press);
		return () => removeEventListener('keydown', press);
	}, []);
}

/** Sliders and ticks take arrows, Enter and the like, but no letters. */
function isTyping({ target, key }: KeyboardEvent): boolean {
	if (!(target instanceof HTMLElement) || !target.closest('input, textarea, select')) return false;
	return !target.matches('input:is([type="range"], [type="checkbox"])') || !/^([a-z]|Escape)$/i.test(key);
}
