import type { ComponentChildren } from 'preact';
import './banner.css';

/** Something worth knowing that does not stop anything. */
export function Banner({ words, children }: { words: string; children?: ComponentChildren }) {
	return (
		<aside class="banner" aria-label="Notice">
			<span class="words" role="status">
				{words}
			</span>
			{children}
		</aside>
	);
}
