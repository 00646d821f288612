import type { Pairing } from '@oriel/api';
import { useEffect } from 'preact/hooks';
import { Button } from '../../ui/button.tsx';
import { CopyLine } from '../../ui/copy-line.tsx';
import sheet from '../../ui/sheet.module.css';
import { clockWords } from '../time-words.ts';
import { useCountdown } from '../use-countdown.ts';
import styles from './add-camera-page.module.css';
import { StepTitle } from './step-title.tsx';

interface PasteStepProps {
	readonly join: string;
	readonly curl: readonly string[];
	readonly pairing: Pairing;
	/** Whether the relay does not answer just now. */
	readonly isLost: boolean;
	readonly onCancel: () => void;
}

/** The line to paste, and the wait for a machine that does. */
export function PasteStep({ join, curl, pairing, isLost, onCancel }: PasteStepProps) {
	const { seconds, start } = useCountdown();
	// The span of the relay's two times, not its clock against ours: that may be wrong by hours.
	useEffect(() => start((Date.parse(pairing.expiresAt) - Date.parse(pairing.createdAt)) / 1_000), [pairing.id]);
	return (
		<div class={sheet.form}>
			<StepTitle>Paste this on the machine beside the camera</StepTitle>
			<CopyLine command={join} what="the line" />
			<p>
				It installs Oriel from this relay, finds the camera, keeps the key that it gets, and sends pictures from then
				on, also after the machine has been restarted. Anyone who has this line can join as your camera: treat it like a
				password. It works once.
			</p>
			<div class={styles.waiting}>
				<span class={styles.pulse} aria-hidden="true" />
				<p role="status">{isLost ? 'The relay does not answer. Still trying…' : 'Waiting for the machine…'}</p>
				<p>
					expires in <span role="timer">{clockWords(seconds)}</span>
				</p>
			</div>
			<details class={styles.otherWay}>
				<summary>Without installing anything</summary>
				<p>curl and any program that writes JPEG or H.264 will do. First fetch the key into a file:</p>
				<CopyLine command={curl[0] ?? ''} what="the line that fetches the key" />
				<p>
					Then send pictures. <code>rpicam-vid</code> is the program on a Raspberry Pi; put yours in its place. curl
					ends when the connection breaks: run it in a loop, or as a service.
				</p>
				<CopyLine command={curl[1] ?? ''} what="the line that sends" />
			</details>
			<div class={sheet.actions}>
				<Button onClick={onCancel}>Cancel</Button>
			</div>
		</div>
	);
}
