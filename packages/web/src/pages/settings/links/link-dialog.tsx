import { MAX_LABEL_LENGTH } from '@oriel/api';
import { useState } from 'preact/hooks';
import { addLink } from '../../../api/links.ts';
import { Button } from '../../../ui/button.tsx';
import { CheckList } from '../../../ui/check-list.tsx';
import { Dialog, DialogActions } from '../../../ui/dialog.tsx';
import { ProblemLine } from '../../../ui/problem-line.tsx';
import { SelectField } from '../../../ui/select-field.tsx';
import { TextField } from '../../../ui/text-field.tsx';
import { fullTroubleOf } from '../../trouble.ts';
import { cameraOptions, type Named } from '../list/camera-choice.ts';
import { DEFAULT_LIFETIME, LIFETIMES } from '../list/lifetimes.ts';

const MAX_VIEWERS = 10_000;

interface LinkDialogProps {
	readonly cameras: readonly Named[];
	/** The link; it is shown this once. */
	readonly onMade: (link: string) => void;
	readonly onClose: () => void;
}

/** What a new share link shows, for how long, and to how many. */
export function LinkDialog({ cameras, onMade, onClose }: LinkDialogProps) {
	const only = cameras.length === 1 ? cameras.map(({ name }) => name) : [];
	const [chosen, setChosen] = useState<readonly string[]>(only);
	const [lifetime, setLifetime] = useState<string>(DEFAULT_LIFETIME);
	const [limit, setLimit] = useState('');
	const [label, setLabel] = useState('');
	const [problem, setProblem] = useState<{ cameras?: string; limit?: string; words?: string }>({});
	const [busy, setBusy] = useState(false);
	const submit = async (event: Event) => {
		event.preventDefault();
		const maxViewers = readLimit(limit);
		if (chosen.length === 0) return setProblem({ cameras: 'Choose at least one camera.' });
		if (maxViewers === undefined) return setProblem({ limit: 'Enter a whole number, or nothing.' });
		setBusy(true);
		const answer = await addLink({
			cameras: chosen,
			label: label.trim(),
			expiresInSeconds: Number(lifetime),
			maxViewers,
		});
		setBusy(false);
		if (answer.kind === 'success') onMade(answer.value);
		else setProblem({ words: fullTroubleOf(answer) });
	};
	return (
		<Dialog title="Make a share link" onClose={onClose}>
			<form onSubmit={(event) => void submit(event)} noValidate>
				<CheckList
					label="Cameras"
					options={cameraOptions(cameras)}
					chosen={chosen}
					onChange={setChosen}
					problem={problem.cameras}
				/>
				<SelectField label="Expires after" value={lifetime} options={LIFETIMES} onChange={setLifetime} />
				<TextField
					label="Viewers at once"
					kind="number"
					value={limit}
					onInput={setLimit}
					hint="Leave empty for no limit."
					problem={problem.limit}
				/>
				<TextField
					label="Label"
					value={label}
					onInput={setLabel}
					maxLength={MAX_LABEL_LENGTH}
					hint="Helps you recognize the link. Everyone who opens the link sees the label too."
				/>
				{problem.words && <ProblemLine>{problem.words}</ProblemLine>}
				<DialogActions>
					<Button onClick={onClose}>Cancel</Button>
					<Button kind="main" submit disabled={busy}>
						Make the link
					</Button>
				</DialogActions>
			</form>
		</Dialog>
	);
}

/** null: no limit; undefined: that is none. */
function readLimit(text: string): number | null | undefined {
	if (text.trim() === '') return null;
	const limit = Number(text);
	return Number.isInteger(limit) && limit >= 1 && limit <= MAX_VIEWERS ? limit : undefined;
}
