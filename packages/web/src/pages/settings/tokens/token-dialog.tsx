import { MAX_LABEL_LENGTH } from '@oriel/api';
import { useState } from 'preact/hooks';
import { addToken } from '../../../api/tokens.ts';
import { Button } from '../../../ui/button.tsx';
import { CheckList } from '../../../ui/check-list.tsx';
import { Dialog, DialogActions } from '../../../ui/dialog.tsx';
import { ProblemLine } from '../../../ui/problem-line.tsx';
import { SelectField } from '../../../ui/select-field.tsx';
import { TextField } from '../../../ui/text-field.tsx';
import { fullTroubleOf } from '../../trouble.ts';
import { cameraOptions, type Named } from '../list/camera-choice.ts';
import { LIFETIMES } from '../list/lifetimes.ts';

const FOREVER = '';

interface TokenDialogProps {
	readonly cameras: readonly Named[];
	/** The secret; it is shown this once. */
	readonly onMade: (secret: string) => void;
	readonly onClose: () => void;
}

/** Which program a new token is for, what it may watch, and for how long. */
export function TokenDialog({ cameras, onMade, onClose }: TokenDialogProps) {
	const [label, setLabel] = useState('');
	const [scope, setScope] = useState('all');
	const [chosen, setChosen] = useState<readonly string[]>([]);
	const [lifetime, setLifetime] = useState<string>(FOREVER);
	const [problem, setProblem] = useState<{ label?: string; cameras?: string; words?: string }>({});
	const [busy, setBusy] = useState(false);
	const submit = async (event: Event) => {
		event.preventDefault();
		if (label.trim() === '') return setProblem({ label: 'Say which program it is for.' });
		if (scope === 'some' && chosen.length === 0) return setProblem({ cameras: 'Choose at least one camera.' });
		setBusy(true);
		const answer = await addToken({
			label: label.trim(),
			cameras: scope === 'some' ? chosen : null,
			expiresInSeconds: lifetime === FOREVER ? null : Number(lifetime),
		});
		setBusy(false);
		if (answer.kind === 'success') onMade(answer.value);
		else setProblem({ words: fullTroubleOf(answer) });
	};
	return (
		<Dialog title="Make a token" onClose={onClose}>
			<form onSubmit={(event) => void submit(event)} noValidate>
				<TextField
					label="Which program is it for?"
					value={label}
					onInput={setLabel}
					maxLength={MAX_LABEL_LENGTH}
					problem={problem.label}
				/>
				<SelectField
					label="Cameras"
					value={scope}
					options={[
						['all', 'All, including future ones'],
						['some', 'Some'],
					]}
					onChange={setScope}
				/>
				{scope === 'some' && (
					<CheckList
						label="Which cameras"
						options={cameraOptions(cameras)}
						chosen={chosen}
						onChange={setChosen}
						problem={problem.cameras}
					/>
				)}
				<SelectField
					label="Expires after"
					value={lifetime}
					options={[[FOREVER, 'Never'], ...LIFETIMES]}
					onChange={setLifetime}
				/>
				{problem.words && <ProblemLine>{problem.words}</ProblemLine>}
				<DialogActions>
					<Button onClick={onClose}>Cancel</Button>
					<Button kind="main" submit disabled={busy}>
						Make the token
					</Button>
				</DialogActions>
			</form>
		</Dialog>
	);
}
