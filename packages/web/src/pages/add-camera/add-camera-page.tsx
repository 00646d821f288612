import type { StartedPairing } from '@oriel/api';
import { useState } from 'preact/hooks';
import { cancelPairing } from '../../api/pairings.ts';
import type { LiveConnection } from '../../player/connection/live-connection.ts';
import { Bar } from '../../ui/bar.tsx';
import { IconLink } from '../../ui/button.tsx';
import sheet from '../../ui/sheet.module.css';
import { useKeys } from '../../ui/use-keys.ts';
import { go, settingsHref, WALL_HREF } from '../route.ts';
import { NameForm } from './name-form.tsx';
import { PairingSteps } from './pairing-steps.tsx';

interface AddCameraPageProps {
	readonly live: LiveConnection;
	/** The camera that is there and gets a new key. */
	readonly again?: string | undefined;
}

/** Hangs a camera on the wall: its name, the line to paste beside it, and its first picture as soon as there is one. */
export function AddCameraPage({ live, again }: AddCameraPageProps) {
	const [started, setStarted] = useState<{ readonly of: StartedPairing; readonly title: string }>();
	const back = again === undefined ? WALL_HREF : settingsHref('cameras');
	const cancel = () => {
		if (started) void cancelPairing(started.of.pairing.id);
		go(back);
	};
	useKeys({ Escape: () => go(back) });
	return (
		<div class={sheet.page}>
			<Bar keep>
				<IconLink icon="back" label="Back (Esc)" href={back} />
				<h1 class={sheet.title}>{again === undefined ? 'Add a camera' : 'New key for a camera'}</h1>
			</Bar>
			<main class={sheet.body}>
				{started ? (
					<PairingSteps
						key={started.of.pairing.id}
						started={started.of}
						title={started.title}
						onAgain={() => setStarted(undefined)}
						onCancel={cancel}
						onDone={() => go(back)}
					/>
				) : (
					<NameForm
						taken={live.cameras.map(({ name }) => name)}
						again={again}
						title={again === undefined ? '' : (live.camera(again)?.title ?? '')}
						onStarted={(of, title) => setStarted({ of, title })}
					/>
				)}
			</main>
		</div>
	);
}
