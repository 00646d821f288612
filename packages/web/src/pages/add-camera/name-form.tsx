import type { StartedPairing } from '@oriel/api';
import { useState } from 'preact/hooks';
import { startPairing } from '../../api/pairings.ts';
import { Button } from '../../ui/button.tsx';
import { ProblemLine } from '../../ui/problem-line.tsx';
import sheet from '../../ui/sheet.module.css';
import { TextField } from '../../ui/text-field.tsx';
import { fullTroubleOf } from '../trouble.ts';
import { nameProblem, shortName } from './camera-words.ts';

interface NameFormProps {
	/** Names of the cameras that are there. */
	readonly taken: readonly string[];
	/** The camera that gets a new key; undefined for a new camera. */
	readonly again: string | undefined;
	readonly title: string;
	readonly onStarted: (started: StartedPairing, title: string) => void;
}

/** The first step: what the camera is called. */
export function NameForm({ taken, again, title: known, onStarted }: NameFormProps) {
	const [title, setTitle] = useState(known);
	const [ownName, setOwnName] = useState<string>();
	const [problem, setProblem] = useState<{ readonly name?: string; readonly relay?: string }>({});
	const [busy, setBusy] = useState(false);
	const name = again ?? ownName ?? shortName(title);
	const submit = async (event: Event) => {
		event.preventDefault();
		const wrong = again === undefined ? nameProblem(name, taken) : undefined;
		if (wrong) return setProblem({ name: wrong });
		setBusy(true);
		const answer = await startPairing(name, again !== undefined);
		setBusy(false);
		if (answer.kind === 'success') return onStarted(answer.value, title.trim());
		setProblem({ relay: fullTroubleOf(answer) });
	};
	const type = (set: (value: string) => void) => (value: string) => {
		set(value);
		setProblem({});
	};
	return (
		<form class={sheet.form} onSubmit={(event) => void submit(event)} noValidate>
			{again === undefined ? (
				<>
					<TextField
						label="What do you call it?"
						value={title}
						onInput={type(setTitle)}
						maxLength={100}
						hint="For example: Front porch"
						first
					/>
					<TextField
						label="Short name"
						value={name}
						onInput={type((value) => setOwnName(value.trim().toLowerCase()))}
						maxLength={63}
						hint="It stands in addresses and commands, and stays as it is."
						problem={problem.name}
						plain
					/>
				</>
			) : (
				<p>
					You get a new line to paste beside <strong>{again}</strong>. As soon as it is used, every earlier key of this
					camera ends: whatever sends with one is cut off. Until then nothing changes.
				</p>
			)}
			{problem.relay && <ProblemLine>{problem.relay}</ProblemLine>}
			<Button kind="main" submit disabled={busy}>
				{busy ? 'One moment…' : 'Show the line to paste'}
			</Button>
		</form>
	);
}
