import type { ComponentChildren } from 'preact';
import { focusAtFirst } from '../../ui/focus-at-first.ts';

/** The heading of a step. It takes the focus that the step before has lost, so that it is read out and the keyboard goes on here. */
export function StepTitle({ children }: { children: ComponentChildren }) {
	return (
		<h2 tabIndex={-1} ref={focusAtFirst} aria-live="polite">
			{children}
		</h2>
	);
}
