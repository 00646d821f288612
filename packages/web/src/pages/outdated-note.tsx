import type { Camera } from '@oriel/api';
import { CopyLine } from '../ui/copy-line.tsx';
import styles from './outdated-note.module.css';

/** For owners: that a camera's program is older than the relay, and, once they want it, the line for the camera's machine. */
export function OutdatedNote({ outdated: { version, update } }: { outdated: NonNullable<Camera['outdated']> }) {
	return (
		<details class={styles.note}>
			<summary>This camera runs an older Oriel, {version}. How to update it</summary>
			<p>Run this on the camera’s machine:</p>
			<CopyLine command={update} what="the line that updates the camera" />
		</details>
	);
}
