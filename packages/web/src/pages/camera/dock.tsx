import type { Camera } from '../../player/connection/directory.ts';
import { IconButton, IconLink } from '../../ui/button.tsx';
import { canFillScreen, toggleFullScreen } from '../../ui/full-screen.ts';
import { cameraHref } from '../route.ts';
import styles from './dock.module.css';

interface DockProps {
	readonly previous: Camera | undefined;
	readonly next: Camera | undefined;
	readonly onSave: () => void;
	readonly onTurn: () => void;
	readonly onMirror: () => void;
	/** Undefined: there are no controls for this person. */
	readonly onControls: (() => void) | undefined;
}

/** What one can do with a camera: beside its name on a wide screen, under the thumb on a narrow one. */
export function Dock({ previous, next, onSave, onTurn, onMirror, onControls }: DockProps) {
	return (
		<nav class={styles.dock} aria-label="Camera">
			{previous && <IconLink icon="back" label={`Previous: ${labelOf(previous)}`} href={cameraHref(previous.name)} />}
			<IconButton icon="snapshot" label="Save the picture (S)" onClick={onSave} />
			<IconButton icon="turn" label="Turn the picture (R)" onClick={onTurn} />
			<IconButton icon="mirror" label="Mirror the picture (M)" onClick={onMirror} />
			{onControls && <IconButton icon="controls" label="Camera controls (C)" onClick={onControls} />}
			{canFillScreen() && <IconButton icon="expand" label="Full screen (F)" onClick={() => void toggleFullScreen()} />}
			{next && <IconLink icon="next" label={`Next: ${labelOf(next)}`} href={cameraHref(next.name)} />}
		</nav>
	);
}

function labelOf(camera: Camera): string {
	return camera.title || camera.name;
}
