import type { RefObject } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';

export interface Size {
	readonly width: number;
	readonly height: number;
}

/** The inner size of an element, followed as it changes. Undefined before it is laid out. */
export function useSize<E extends HTMLElement>(): {
	readonly box: RefObject<E | null>;
	readonly size: Size | undefined;
} {
	const box = useRef<E>(null);
	const [size, setSize] = useState<Size>();
	useLayoutEffect(() => {
		const element = box.current;
		if (!element) return;
		const observer = new ResizeObserver(([entry]) => {
			if (entry) setSize({ width: entry.contentRect.width, height: entry.contentRect.height });
		});
		observer.observe(element);
		return () => observer.disconnect();
	}, []);
	return { box, size };
}
