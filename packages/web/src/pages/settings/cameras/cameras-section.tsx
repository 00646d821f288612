import type { Camera as Facts } from '@oriel/api';
import { useState } from 'preact/hooks';
import { readCameras, removeCamera } from '../../../api/cameras.ts';
import { listKeys } from '../../../api/keys.ts';
import type { Camera } from '../../../player/connection/directory.ts';
import { Button, ButtonLink } from '../../../ui/button.tsx';
import { Row } from '../../../ui/rows.tsx';
import { OutdatedNote } from '../../outdated-note.tsx';
import { addHref } from '../../route.ts';
import { useNow } from '../../use-now.ts';
import { ConfirmDialog, type Question } from '../list/confirm-dialog.tsx';
import { Listed } from '../list/listing.tsx';
import { Section } from '../list/section.tsx';
import { useListing } from '../list/use-listing.ts';
import { CameraState } from './camera-state.tsx';
import { keyWords } from './key-words.ts';
import { keyedCameras } from './keyed-cameras.ts';
import { OpenPairings } from './open-pairings.tsx';

/** Every camera that holds a key: how it is, how old the key is, and the ways to replace it or be rid of it. */
export function CamerasSection({ cameras }: { cameras: readonly Camera[] }) {
	const keys = useListing(listKeys);
	const { items: facts } = useListing(readCameras);
	const [question, setQuestion] = useState<Question>();
	const now = useNow();
	const close = () => {
		setQuestion(undefined);
		void keys.reload();
	};
	const listing = { ...keys, items: keys.items && keyedCameras(keys.items, cameras) };
	const remove = (name: string, label: string) =>
		setQuestion({
			title: `Remove ${label}?`,
			words:
				'Its keys stop working and it disappears from every page at once. Its machine cannot send again until it is added again.',
			action: 'Remove the camera',
			act: () => removeCamera(name),
		});
	return (
		<Section
			title="Cameras"
			words="Each camera has a key of its own. A key can only send that camera’s pictures."
			action={
				<ButtonLink kind="main" href={addHref()}>
					Add a camera
				</ButtonLink>
			}
		>
			<OpenPairings />
			<Listed
				listing={listing}
				label="Cameras"
				empty="No camera yet."
				row={({ name, label, keys: own, camera }) => (
					<Row
						key={name}
						title={label}
						aside={<CameraState camera={camera} />}
						note={noteOf(facts, name)}
						lines={[`${label === name ? '' : `${name} · `}${keyWords(own, now)}`, camera?.status?.reason]}
					>
						<ButtonLink href={addHref(name)}>New key</ButtonLink>
						<Button onClick={() => remove(name, label)}>Remove</Button>
					</Row>
				)}
			/>
			{question && <ConfirmDialog question={question} onClose={close} />}
		</Section>
	);
}

function noteOf(facts: readonly Facts[] | undefined, name: string) {
	const outdated = facts?.find((camera) => camera.name === name)?.outdated;
	return outdated && <OutdatedNote outdated={outdated} />;
}
