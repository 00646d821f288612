import type { StartedPairing } from '@oriel/api';
import { Button } from '../../ui/button.tsx';
import sheet from '../../ui/sheet.module.css';
import { withTitle } from './camera-words.ts';
import { FirstPicture } from './first-picture.tsx';
import { PasteStep } from './paste-step.tsx';
import { StepTitle } from './step-title.tsx';
import { usePairing } from './use-pairing.ts';

interface PairingStepsProps {
	readonly started: StartedPairing;
	readonly title: string;
	readonly onAgain: () => void;
	readonly onCancel: () => void;
	readonly onDone: () => void;
}

/** From the line to paste to the first picture. */
export function PairingSteps({ started, title, onAgain, onCancel, onDone }: PairingStepsProps) {
	const { pairing, isLost } = usePairing(started);
	if (pairing.state === 'expired') return <Expired onAgain={onAgain} onCancel={onDone} />;
	if (pairing.state !== 'waiting') return <FirstPicture pairing={pairing} title={title} onDone={onDone} />;
	const join = withTitle(started.commands.join, title, pairing.camera);
	return <PasteStep join={join} curl={started.commands.curl} pairing={pairing} isLost={isLost} onCancel={onCancel} />;
}

function Expired({ onAgain, onCancel }: { onAgain: () => void; onCancel: () => void }) {
	return (
		<div class={sheet.form}>
			<StepTitle>The line is no longer valid</StepTitle>
			<p role="status">It was not used within ten minutes, or it was cancelled. Make a new one.</p>
			<div class={sheet.actions}>
				<Button kind="main" onClick={onAgain}>
					Make a new one
				</Button>
				<Button onClick={onCancel}>Not now</Button>
			</div>
		</div>
	);
}
