import { MAX_NAME_LENGTH, type Person } from '@oriel/api';
import { useState } from 'preact/hooks';
import { addPerson, changePerson, type MadeInvitation } from '../../../api/people.ts';
import { Button } from '../../../ui/button.tsx';
import { CheckList } from '../../../ui/check-list.tsx';
import { Dialog, DialogActions } from '../../../ui/dialog.tsx';
import { ProblemLine } from '../../../ui/problem-line.tsx';
import { SelectField } from '../../../ui/select-field.tsx';
import { TextField } from '../../../ui/text-field.tsx';
import { fullTroubleOf } from '../../trouble.ts';
import { cameraOptions, type Named } from '../list/camera-choice.ts';

interface PersonDialogProps {
	/** Whose rights are changed; undefined: somebody new is invited. */
	readonly person: Person | undefined;
	readonly cameras: readonly Named[];
	readonly onInvited: (made: MadeInvitation) => void;
	readonly onClose: () => void;
}

/** Who somebody is and what they may see. */
export function PersonDialog({ person, cameras, onInvited, onClose }: PersonDialogProps) {
	const [name, setName] = useState('');
	const [role, setRole] = useState<Person['role']>(person?.role ?? 'viewer');
	const [scope, setScope] = useState(person?.cameras ? 'some' : 'all');
	const [chosen, setChosen] = useState<readonly string[]>(person?.cameras ?? []);
	const [problem, setProblem] = useState<{ readonly name?: string; readonly words?: string }>({});
	const [busy, setBusy] = useState(false);
	const granted = role === 'owner' || scope === 'all' ? null : chosen;
	const submit = async (event: Event) => {
		event.preventDefault();
		if (!person && name.trim() === '') return setProblem({ name: 'Enter a name.' });
		setBusy(true);
		const answer = person
			? await changePerson(person.id, { role, cameras: granted })
			: await addPerson({ name: name.trim(), role, cameras: granted });
		setBusy(false);
		if (answer.kind !== 'success') {
			const isName = answer.kind === 'refused' && answer.code === 'name-taken';
			return setProblem(isName ? { name: 'This name is taken.' } : { words: fullTroubleOf(answer) });
		}
		if (answer.value) onInvited(answer.value);
		else onClose();
	};
	return (
		<Dialog title={person ? `What ${person.name} may see` : 'Invite a user'} onClose={onClose}>
			<form onSubmit={(event) => void submit(event)} noValidate>
				{!person && (
					<TextField
						label="Name"
						value={name}
						onInput={(value) => {
							setName(value);
							setProblem({});
						}}
						maxLength={MAX_NAME_LENGTH}
						hint="They sign in with it."
						problem={problem.name}
					/>
				)}
				<SelectField
					label="Role"
					value={role}
					options={[
						['viewer', 'Viewer: watches cameras'],
						['owner', 'Owner: may do everything that you may do'],
					]}
					onChange={(value) => setRole(value === 'owner' ? 'owner' : 'viewer')}
				/>
				{role === 'viewer' && (
					<SelectField
						label="Cameras"
						value={scope}
						options={[
							['all', 'All, including future ones'],
							['some', 'Some'],
						]}
						onChange={setScope}
					/>
				)}
				{role === 'viewer' && scope === 'some' && (
					<CheckList
						label="Which cameras"
						options={cameraOptions(cameras, person?.cameras ?? [])}
						chosen={chosen}
						onChange={setChosen}
					/>
				)}
				{problem.words && <ProblemLine>{problem.words}</ProblemLine>}
				<DialogActions>
					<Button onClick={onClose}>Cancel</Button>
					<Button kind="main" submit disabled={busy}>
						{person ? 'Save' : 'Make the link'}
					</Button>
				</DialogActions>
			</form>
		</Dialog>
	);
}
