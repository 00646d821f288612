import type { ComponentChildren } from 'preact';
import styles from './button.module.css';
import { classes } from './classes.ts';
import { Icon, type IconName } from './icons.tsx';

interface ButtonProps {
	readonly children: ComponentChildren;
	readonly onClick?: () => void;
	readonly kind?: 'main' | 'plain' | 'danger';
	readonly submit?: boolean;
	readonly disabled?: boolean;
}

/** A button with words. */
export function Button({ children, onClick, kind = 'plain', submit = false, disabled = false }: ButtonProps) {
	return (
		<button
			class={classes(styles.button, styles[kind])}
			type={submit ? 'submit' : 'button'}
			onClick={onClick}
			disabled={disabled}
		>
			{children}
		</button>
	);
}

/** A link that looks like a button. */
export function ButtonLink({
	href,
	kind = 'plain',
	children,
}: {
	href: string;
	kind?: 'main' | 'plain';
	children: string;
}) {
	return (
		<a class={classes(styles.button, styles[kind])} href={href}>
			{children}
		</a>
	);
}

interface IconButtonProps {
	readonly icon: IconName;
	/** What it does, for the tooltip and for those who cannot see the icon. */
	readonly label: string;
	readonly onClick: () => void;
	readonly disabled?: boolean;
}

/** A button with an icon alone. */
export function IconButton({ icon, label, onClick, disabled = false }: IconButtonProps) {
	return (
		<button class={styles.icon} type="button" aria-label={label} title={label} onClick={onClick} disabled={disabled}>
			<Icon name={icon} />
		</button>
	);
}

/** A link that looks like an icon button. */
export function IconLink({ icon, label, href }: { icon: IconName; label: string; href: string }) {
	return (
		<a class={styles.icon} aria-label={label} title={label} href={href}>
			<Icon name={icon} />
		</a>
	);
}
