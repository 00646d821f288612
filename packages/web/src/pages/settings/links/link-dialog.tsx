import { MAX_LABEL_LENGTH } from '@oriel/api';
import { useState } from 'preact/hooks';
import { addLink } from '../../../api/links.ts';
import { CheckList } from '../../../ui/check-list.tsx';
import { SelectField } from '../../../ui/select-field.tsx';
import { TextField } from '../../../ui/text-field.tsx';
import { cameraOptions, type Named } from '../list/camera-choice.ts';
import { FormDialog } from '../list/form-dialog.tsx';
import { DEFAULT_LIFETIME, LIFETIMES } from '../list/lifetimes.ts';
import { useForm } from '../list/use-form.ts';

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
	const maxViewers = readLimit(limit);
	const form = useForm({
		check: () => {
			if (chosen.length === 0) return { cameras: 'Choose at least one camera.' };
			return maxViewers === undefined ? { limit: 'Enter a whole number, or nothing.' } : undefined;
		},
		send: () =>
			addLink({
				cameras: chosen,
				label: label.trim(),
				expiresInSeconds: Number(lifetime),
				maxViewers: maxViewers ?? null,
			}),
		onDone: onMade,
	});
	return (
		<FormDialog title="Make a share link" form={form} action="Make the link" onClose={onClose}>
			<CheckList
				label="Cameras"
				options={cameraOptions(cameras)}
				chosen={chosen}
				onChange={setChosen}
				problem={form.problem?.cameras}
			/>
			<SelectField label="Expires after" value={lifetime} options={LIFETIMES} onChange={setLifetime} />
			<TextField
				label="Viewers at once"
				kind="number"
				value={limit}
				onInput={setLimit}
				hint="Leave empty for no limit."
				problem={form.problem?.limit}
			/>
			<TextField
				label="Label"
				value={label}
				onInput={setLabel}
				maxLength={MAX_LABEL_LENGTH}
				hint="Helps you recognize the link. Everyone who opens the link sees the label too."
			/>
		</FormDialog>
	);
}

/** null: no limit; undefined: that is none. */
function readLimit(text: string): number | null | undefined {
	if (text.trim() === '') return null;
	const limit = Number(text);
	return Number.isInteger(limit) && limit >= 1 && limit <= MAX_VIEWERS ? limit : undefined;
}
