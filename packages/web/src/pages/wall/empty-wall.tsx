import type { Session } from '@oriel/api';
import { ButtonLink } from '../../ui/button.tsx';
import { addHref } from '../route.ts';
import styles from './empty-wall.module.css';

/** The wall without a camera: leads the owner to the first one, and tells others why there is nothing. */
export function EmptyWall({ role }: { role: Session['role'] }) {
	if (role === 'owner') {
		return (
			<main class={styles.empty}>
				<h2>Add your first camera</h2>
				<p>
					It takes one line, pasted on the machine that the camera is attached to. A Raspberry Pi, a laptop with a
					webcam, or any machine that reaches a network camera will do.
				</p>
				<ButtonLink kind="main" href={addHref()}>
					Add a camera
				</ButtonLink>
			</main>
		);
	}
	return (
		<main class={styles.empty}>
			<h2>No cameras yet</h2>
			<p>
				{role === 'guest'
					? 'The cameras of this link are not here now. They appear here as soon as they are.'
					: 'Nothing is shared with you so far. When the owner shares a camera, it appears here.'}
			</p>
		</main>
	);
}
