import { useState } from 'preact/hooks';
import button from './button.module.css';
import styles from './copy-line.module.css';
import { Icon } from './icons.tsx';
import unseen from './unseen.module.css';

const DONE_FOR_MS = 1_500;

/** A command with a button that copies it. `what` says what it is where there are several. */
export function CopyLine({ command, what }: { command: string; what?: string }) {
	const [copied, setCopied] = useState(false);
	const copy = async () => {
		setCopied(await copyText(command));
		setTimeout(() => setCopied(false), DONE_FOR_MS);
	};
	const label = what ? `Copy ${what}` : 'Copy';
	return (
		<div class={styles.line}>
			<code>
				{command.split(' ').map((word) => (
					<>
						<span class={styles.word}>{word}</span>{' '}
					</>
				))}
			</code>
			<button class={button.icon} type="button" onClick={() => void copy()} aria-label={label} title={label}>
				<Icon name={copied ? 'done' : 'copy'} />
			</button>
			<span class={unseen.unseen} role="status">
				{copied ? 'Copied' : ''}
			</span>
		</div>
	);
}

/** The clipboard is only offered to secure pages; on plain HTTP the old way still works. */
async function copyText(text: string): Promise<boolean> {
	if (!navigator.clipboard) return copyBySelection(text);
	try {
		await navigator.clipboard.writeText(text);
		return true;
	} catch {
		return copyBySelection(text);
	}
}

function copyBySelection(text: string): boolean {
	const area = document.createElement('textarea');
	area.value = text;
	area.className = unseen.unseen ?? '';
	document.body.append(area);
	area.select();
	const copied = document.execCommand('copy');
	area.remove();
	return copied;
}
