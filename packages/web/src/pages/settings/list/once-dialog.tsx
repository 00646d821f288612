import type { ComponentChildren } from 'preact';
import { Button } from '../../../ui/button.tsx';
import { CopyLine } from '../../../ui/copy-line.tsx';
import { Dialog, DialogActions } from '../../../ui/dialog.tsx';

interface OnceDialogProps {
	readonly title: string;
	/** The link or the secret. */
	readonly secret: string;
	readonly what: string;
	readonly children: ComponentChildren;
	readonly onClose: () => void;
}

/** Something that is shown this once. A click beside it does not close it. */
export function OnceDialog({ title, secret, what, children, onClose }: OnceDialogProps) {
	return (
		<Dialog title={title} onClose={onClose} keep>
			{children}
			<CopyLine command={secret} what={what} />
			<DialogActions>
				<Button kind="main" onClick={onClose}>
					Done
				</Button>
			</DialogActions>
		</Dialog>
	);
}
