import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import { classes } from './classes.ts';
import styles from './dialog.module.css';

interface DialogProps {
	readonly title: string;
	readonly onClose: () => void;
	readonly children: ComponentChildren;
	readonly small?: boolean;
	/** Whether a click beside it leaves it open: what it shows is not shown again. */
	readonly keep?: boolean;
}

/** A question or a form over the page. It closes with Esc, and the focus goes back to where it was. */
export function Dialog({ title, onClose, children, small = false, keep = false }: DialogProps) {
	const dialog = useRef<HTMLDialogElement>(null);
	const id = useId();
	useEffect(() => dialog.current?.showModal(), []);
	const closeFromOutside = (event: MouseEvent) => !keep && event.target === dialog.current && onClose();
	return (
		// biome-ignore lint/a11y/useKeyWithClickEvents: the dialog closes with Esc anyway
		<dialog
			ref={dialog}
			class={classes(styles.dialog, small && styles.small)}
			aria-labelledby={id}
			onClose={onClose}
			onClick={closeFromOutside}
		>
			<div class={styles.body}>
				<h2 id={id}>{title}</h2>
				{children}
			</div>
		</dialog>
	);
}

/** The buttons at the end of a dialog; the main one stands first in the text and last on the screen. */
export function DialogActions({ children }: { children: ComponentChildren }) {
	return <div class={styles.actions}>{children}</div>;
}
