import type { CameraControl } from '@oriel/api';
import { Button, IconButton } from '../../../ui/button.tsx';
import { ControlRow } from './control-row.tsx';
import styles from './controls-panel.module.css';
import { useControls } from './use-controls.ts';

/** What the owner may change at a camera, beside its picture. */
export function ControlsPanel({ camera, onClose }: { camera: string; onClose: () => void }) {
	const state = useControls(camera);
	const { controls, problem } = state;
	const isRestarting = controls?.state === 'restarting';
	const [live, restarting] = [false, true].map((restarts) =>
		(controls?.controls ?? []).filter((control) => control.restarts === restarts),
	);
	const rows = (list: readonly CameraControl[] = []) =>
		list.map((control) => (
			<ControlRow
				key={control.name}
				control={control}
				value={state.pending.get(control.name) ?? control.value}
				onChange={(value) => state.change(control.name, value)}
			/>
		));
	return (
		<aside class={styles.panel} aria-label="Camera controls">
			<header>
				<h2>Controls</h2>
				<IconButton icon="close" label="Close (C)" onClick={onClose} />
			</header>
			<p class={styles.said} role="status" data-restarting={isRestarting || undefined}>
				{isRestarting ? 'Restarting the camera…' : ''}
			</p>
			{problem && (
				<p class={styles.problem} role="alert">
					{problem}
				</p>
			)}
			{controls && controls.controls.length === 0 && <p class={styles.note}>{emptyWords(controls.isOffered)}</p>}
			{rows(live)}
			{restarting && restarting.length > 0 && (
				<>
					<p class={styles.note}>With these the picture stops for about two seconds.</p>
					{rows(restarting)}
				</>
			)}
			{controls?.isChanged && (
				<footer>
					<Button onClick={state.reset}>Back to the camera’s own settings</Button>
				</footer>
			)}
		</aside>
	);
}

function emptyWords(isOffered: boolean): string {
	return isOffered
		? 'There is nothing to change at this camera now.'
		: 'Nothing can be changed from here: the camera is not connected, its machine does not allow it, or it has no controls.';
}
