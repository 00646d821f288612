import { useEffect } from 'preact/hooks';

const IDLE_AFTER_MS = 4_000;
const SIGNS_OF_LIFE = ['pointermove', 'pointerdown', 'keydown', 'wheel', 'focusin'] as const;

/** While there are pictures to look at, marks the document as idle after 4 s without input. */
export function useIdle(watching: boolean): void {
	useEffect(() => {
		if (!watching) return;
		const root = document.documentElement;
		let timer: ReturnType<typeof setTimeout> | undefined;
		const wake = () => {
			delete root.dataset.idle;
			clearTimeout(timer);
			timer = setTimeout(() => {
				root.dataset.idle = '';
			}, IDLE_AFTER_MS);
		};
		wake();
		for (const sign of SIGNS_OF_LIFE) addEventListener(sign, wake, { passive: true });
		return () => {
			for (const sign of SIGNS_OF_LIFE) removeEventListener(sign, wake);
			clearTimeout(timer);
			delete root.dataset.idle;
		};
	}, [watching]);
}
