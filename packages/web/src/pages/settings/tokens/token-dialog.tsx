import { MAX_LABEL_LENGTH } from '@oriel/api';
import { useState } from 'preact/hooks';
import { addToken } from '../../../api/tokens.ts';
import { CheckList } from '../../../ui/check-list.tsx';
import { SelectField } from '../../../ui/select-field.tsx';
import { TextField } from '../../../ui/text-field.tsx';
import { cameraOptions, type Named } from '../list/camera-choice.ts';
import { FormDialog } from '../list/form-dialog.tsx';
import { LIFETIMES } from '../list/lifetimes.ts';
import { useForm } from '../list/use-form.ts';

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
	const form = useForm({
		check: () => {
			if (label.trim() === '') return { label: 'Say which program it is for.' };
			return scope === 'some' && chosen.length === 0 ? { cameras: 'Choose at least one camera.' } : undefined;
		},
		send: () =>
			addToken({
				label: label.trim(),
				cameras: scope === 'some' ? chosen : null,
				expiresInSeconds: lifetime === FOREVER ? null : Number(lifetime),
			}),
		onDone: onMade,
	});
	return (
		<FormDialog title="Make a token" form={form} action="Make the token" onClose={onClose}>
			<TextField
				label="Which program is it for?"
				value={label}
				onInput={setLabel}
				maxLength={MAX_LABEL_LENGTH}
				problem={form.problem?.label}
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
					problem={form.problem?.cameras}
				/>
			)}
			<SelectField
				label="Expires after"
				value={lifetime}
				options={[[FOREVER, 'Never'], ...LIFETIMES]}
				onChange={setLifetime}
			/>
		</FormDialog>
	);
}
