import type { Session } from '@oriel/api';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Button } from '../ui/button.tsx';
import { toggleFullScreen } from '../ui/full-screen.ts';
import { KeysDialog } from '../ui/keys-dialog.tsx';
import { Notice } from '../ui/notice.tsx';
import { useIdle } from '../ui/use-idle.ts';
import { useKeys } from '../ui/use-keys.ts';
import { AddCameraPage } from './add-camera/add-camera-page.tsx';
import { CameraPage } from './camera/camera-page.tsx';
import type { Route } from './route.ts';
import { SettingsPage } from './settings/settings-page.tsx';
import { useLive } from './use-live.ts';
import { WallPage } from './wall/wall-page.tsx';

export interface LivePagesProps {
	readonly route: Route;
	readonly session: Session;
	readonly onLeave: () => void;
	/** The relay has ended the connection for good. Resolves when the session is known again. */
	readonly onEnded: () => Promise<void>;
	/** The relay may think otherwise about the session. */
	readonly onSessionDoubted: () => Promise<void>;
}

/** The pages of a signed-in user or of the guest of a share link. */
export function LivePages({ route, session, onLeave, onEnded, onSessionDoubted }: LivePagesProps) {
	const live = useLive();
	const [keysShown, setKeysShown] = useState(false);
	const { state } = live;
	const title = pageTitle(route, (name) => live.camera(name)?.title);
	const isOwner = session.role === 'owner';
	useIdle(route.page === 'wall' || route.page === 'camera');
	useKeys({ '?': () => setKeysShown(true), f: () => void toggleFullScreen() });
	// After a connection was ended for one user, the next user gets a new one.
	const isNew = useRef(true);
	useEffect(() => {
		if (state.phase === 'ended') void (isNew.current ? live.retry() : onEnded());
		isNew.current = false;
	}, [state.phase]);
	useEffect(() => {
		document.title = title ? `${title} – Oriel` : 'Oriel';
	}, [title]);
	if (state.phase === 'ended') return <Ended message={state.message} onRetry={() => live.retry()} />;
	if (route.page === 'camera') {
		return withKeys(<CameraPage key={route.name} live={live} name={route.name} isOwner={isOwner} />);
	}
	if (route.page === 'add' && isOwner) {
		return withKeys(<AddCameraPage key={route.again ?? ''} live={live} again={route.again} />);
	}
	if (route.page === 'settings' && session.role !== 'guest') {
		return withKeys(<SettingsPage live={live} session={session} section={route.section} onLeave={onLeave} />);
	}
	return withKeys(
		<WallPage
			live={live}
			session={session}
			onShowKeys={() => setKeysShown(true)}
			onLeave={onLeave}
			onSessionDoubted={onSessionDoubted}
		/>,
	);

	function withKeys(page: preact.JSX.Element) {
		return (
			<>
				{page}
				{keysShown && <KeysDialog onClose={() => setKeysShown(false)} />}
			</>
		);
	}
}

function pageTitle(route: Route, titleOf: (name: string) => string | undefined): string {
	if (route.page === 'camera') return titleOf(route.name) || route.name;
	if (route.page === 'add') return 'Add a camera';
	return route.page === 'settings' ? 'Settings' : '';
}

function Ended({ message, onRetry }: { message: string; onRetry: () => void }) {
	return (
		<Notice title="Disconnected" late>
			<p role="status">{message}</p>
			<Button kind="main" onClick={onRetry}>
				Connect again
			</Button>
		</Notice>
	);
}
