import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';
import styles from './keys-dialog.module.css';

const ROWS = [
	['Arrows', 'Move between cameras'],
	['Enter', 'Open a camera'],
	['Esc', 'Back to all cameras'],
	['F', 'Full screen'],
	['S', 'Save the picture'],
	['R', 'Turn the picture'],
	['M', 'Mirror the picture'],
	['C', 'Camera controls'],
	['?', 'This list'],
] as const;

/** The keys of the page. */
export function KeysDialog({ onClose }: { onClose: () => void }) {
	return (
		<Dialog title="Keys" onClose={onClose} small>
			<dl class={styles.keys}>
				{ROWS.map(([key, action]) => (
					<div key={key}>
						<dt>
							<kbd>{key}</kbd>
						</dt>
						<dd>{action}</dd>
					</div>
				))}
			</dl>
			<Button onClick={onClose}>Close</Button>
		</Dialog>
	);
}
