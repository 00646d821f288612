import { useState } from 'preact/hooks';
import type { Answer } from '../../../api/answer.ts';
import { Button } from '../../../ui/button.tsx';
import { Dialog, DialogActions } from '../../../ui/dialog.tsx';
import { ProblemLine } from '../../../ui/problem-line.tsx';
import { fullTroubleOf } from '../../trouble.ts';

/** A step that cannot be taken back. */
export interface Question {
	readonly title: string;
	/** What it does, and what it does not. */
	readonly words: string;
	/** The word on the button. */
	readonly action: string;
	readonly act: () => Promise<Answer<unknown>>;
}

/** Asks before such a step. */
export function ConfirmDialog({ question, onClose }: { question: Question; onClose: () => void }) {
	const [busy, setBusy] = useState(false);
	const [trouble, setTrouble] = useState<string>();
	const act = async () => {
		setBusy(true);
		const answer = await question.act();
		setBusy(false);
		// What is gone already need not be taken away.
		const isDone = answer.kind === 'success' || (answer.kind === 'refused' && answer.code === 'not-found');
		if (isDone) onClose();
		else setTrouble(fullTroubleOf(answer));
	};
	return (
		<Dialog title={question.title} onClose={onClose}>
			<p>{question.words}</p>
			{trouble && <ProblemLine>{trouble}</ProblemLine>}
			<DialogActions>
				<Button onClick={onClose}>Cancel</Button>
				<Button kind="danger" onClick={() => void act()} disabled={busy}>
					{busy ? 'One moment…' : question.action}
				</Button>
			</DialogActions>
		</Dialog>
	);
}
