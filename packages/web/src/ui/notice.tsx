import type { ComponentChildren } from 'preact';
import './notice.css';
import { Wordmark } from './wordmark.tsx';

/** A page that has one thing to say. */
export function Notice({ title, children }: { title: string; children?: ComponentChildren }) {
	return (
		<main class="notice">
			<Wordmark />
			<div class="notice-body">
				<h1>{title}</h1>
				{children}
			</div>
		</main>
	);
}
