import { useEffect, useState } from 'preact/hooks';
import type { Session } from '../api/session.ts';
import { signOut } from '../api/session.ts';
import { Button } from '../ui/button.tsx';
import { toggleFullScreen } from '../ui/full-screen.ts';
import { KeysDialog } from '../ui/keys-dialog.tsx';
import { Notice } from '../ui/notice.tsx';
import { useIdle } from '../ui/use-idle.ts';
import { useKeys } from '../ui/use-keys.ts';
import { CameraPage } from './camera/camera-page.tsx';
import type { Route } from './route.ts';
import { useLive } from './use-live.ts';
import { WallPage } from './wall/wall-page.tsx';

interface LivePagesProps {
	readonly route: Route;
	readonly role: Session['role'];
	/** The relay may think otherwise about who is signed in. */
	readonly onSessionDoubted: () => Promise<void>;
}

/** The pages of somebody who is signed in: the wall and the single camera. */
export function LivePages({ route, role, onSessionDoubted }: LivePagesProps) {
	const live = useLive();
	const [keysShown, setKeysShown] = useState(false);
	const { state } = live;
	const title = route.page === 'camera' && (live.camera(route.name)?.title || route.name);
	useIdle();
	useKeys({ '?': () => setKeysShown(true), f: () => void toggleFullScreen() });
	useEffect(() => {
		if (state.phase === 'ended') void onSessionDoubted();
	}, [state.phase, onSessionDoubted]);
	useEffect(() => {
		document.title = title ? `${title} – Oriel` : 'Oriel';
	}, [title]);
	if (state.phase === 'ended') return <Ended message={state.message} onRetry={() => live.retry()} />;
	const leave = () => void signOut().then(onSessionDoubted);
	return (
		<>
			{route.page === 'camera' ? (
				<CameraPage key={route.name} live={live} name={route.name} isOwner={role === 'owner'} />
			) : (
				<WallPage live={live} role={role} onShowKeys={() => setKeysShown(true)} onSignOut={leave} />
			)}
			{keysShown && <KeysDialog onClose={() => setKeysShown(false)} />}
		</>
	);
}

function Ended({ message, onRetry }: { message: string; onRetry: () => void }) {
	return (
		<Notice title="Disconnected">
			<p role="status">{message}</p>
			<Button kind="main" onClick={onRetry}>
				Connect again
			</Button>
		</Notice>
	);
}
