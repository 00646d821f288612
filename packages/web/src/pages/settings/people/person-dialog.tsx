import { MAX_NAME_LENGTH, type Person } from '@oriel/api';
import { useState } from 'preact/hooks';
import { addPerson, changePerson, type MadeInvitation } from '../../../api/people.ts';
import { CheckList } from '../../../ui/check-list.tsx';
import { SelectField } from '../../../ui/select-field.tsx';
import { TextField } from '../../../ui/text-field.tsx';
import { cameraOptions, type Named } from '../list/camera-choice.ts';
import { FormDialog } from '../list/form-dialog.tsx';
import { useForm } from '../list/use-form.ts';

interface PersonDialogProps {
	/** Whose rights are changed; undefined: a new person is invited. */
	readonly person: Person | undefined;
	readonly cameras: readonly Named[];
	readonly onInvited: (made: MadeInvitation) => void;
	readonly onClose: () => void;
}

/** Who a person is and what they may see. */
export function PersonDialog({ person, cameras, onInvited, onClose }: PersonDialogProps) {
	const [name, setName] = useState('');
	const [role, setRole] = useState<Person['role']>(person?.role ?? 'viewer');
	const [scope, setScope] = useState(person?.cameras ? 'some' : 'all');
	const [chosen, setChosen] = useState<readonly string[]>(person?.cameras ?? []);
	const granted = role === 'owner' || scope === 'all' ? null : chosen;
	const form = useForm<'name', MadeInvitation | undefined>({
		check: () => (!person && name.trim() === '' ? { name: 'Enter a name.' } : undefined),
		send: () =>
			person
				? changePerson(person.id, { role, cameras: granted })
				: addPerson({ name: name.trim(), role, cameras: granted }),
		onDone: (made) => (made ? onInvited(made) : onClose()),
		problemOf: (failure) =>
			failure.kind === 'refused' && failure.code === 'name-taken' ? { name: 'This name is taken.' } : undefined,
	});
	return (
		<FormDialog
			title={person ? `What ${person.name} may see` : 'Invite a user'}
			form={form}
			action={person ? 'Save' : 'Make the link'}
			onClose={onClose}
		>
			{!person && (
				<TextField
					label="Name"
					value={name}
					onInput={(value) => {
						setName(value);
						form.clear();
					}}
					maxLength={MAX_NAME_LENGTH}
					hint="They sign in with it."
					problem={form.problem?.name}
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
		</FormDialog>
	);
}
