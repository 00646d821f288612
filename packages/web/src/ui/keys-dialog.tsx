import { useEffect, useRef } from 'preact/hooks';
import { Button } from './button.tsx';
import './keys-dialog.css';

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
	const dialog = useRef<HTMLDialogElement>(null);
	useEffect(() => dialog.current?.showModal(), []);
	const closeFromOutside = (event: MouseEvent) => event.target === dialog.current && onClose();
	return (
		// biome-ignore lint/a11y/useKeyWithClickEvents: the dialog closes with Esc by itself
		<dialog ref={dialog} class="keys-dialog" aria-label="Keys" onClose={onClose} onClick={closeFromOutside}>
			<div class="keys-body">
				<h2>Keys</h2>
				<dl>
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
			</div>
		</dialog>
	);
}
