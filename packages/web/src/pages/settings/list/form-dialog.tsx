import type { ComponentChildren } from 'preact';
import { Button } from '../../../ui/button.tsx';
import { Dialog, DialogActions } from '../../../ui/dialog.tsx';
import { ProblemLine } from '../../../ui/problem-line.tsx';
import type { Form } from './use-form.ts';

interface FormDialogProps {
	readonly title: string;
	readonly form: Pick<Form<string>, 'trouble' | 'busy' | 'submit'>;
	/** The word on the button that sends it. */
	readonly action: string;
	readonly onClose: () => void;
	/** The fields. */
	readonly children: ComponentChildren;
}

/** A dialog with a form of several fields. */
export function FormDialog({ title, form, action, onClose, children }: FormDialogProps) {
	return (
		<Dialog title={title} onClose={onClose}>
			<form onSubmit={form.submit} noValidate>
				{children}
				{form.trouble && <ProblemLine>{form.trouble}</ProblemLine>}
				<DialogActions>
					<Button onClick={onClose}>Cancel</Button>
					<Button kind="main" submit disabled={form.busy}>
						{action}
					</Button>
				</DialogActions>
			</form>
		</Dialog>
	);
}
