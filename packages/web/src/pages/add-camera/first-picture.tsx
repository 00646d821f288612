import type { Pairing } from '@oriel/api';
import { Button } from '../../ui/button.tsx';
import sheet from '../../ui/sheet.module.css';
import { forcedMethod } from '../player-tag.ts';
import { LIVE_PATH } from '../use-live.ts';
import { StepTitle } from './step-title.tsx';

interface FirstPictureProps {
	readonly pairing: Pairing;
	readonly title: string;
	readonly onDone: () => void;
}

/** The machine has joined: its picture, or why there is none yet. */
export function FirstPicture({ pairing, title, onDone }: FirstPictureProps) {
	const isLive = pairing.state === 'live';
	return (
		<div class={sheet.form}>
			<StepTitle>
				{isLive ? (
					<>
						<bdi>{title || pairing.camera}</bdi> is live
					</>
				) : (
					'The machine has joined'
				)}
			</StepTitle>
			<p>
				Joined
				{pairing.machine && (
					<>
						{' '}
						by <bdi>{pairing.machine}</bdi>
					</>
				)}
				{pairing.address && ` from ${pairing.address}`}.{' '}
				{!isLive && 'The first picture comes in a moment. If something is missing there, it says so here.'}
			</p>
			<oriel-player camera={pairing.camera} src={LIVE_PATH} method={forcedMethod()} />
			<div class={sheet.actions}>
				<Button kind={isLive ? 'main' : 'plain'} onClick={onDone}>
					{isLive ? 'Done' : 'Do not wait'}
				</Button>
			</div>
		</div>
	);
}
