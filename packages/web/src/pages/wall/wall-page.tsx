import type { Session } from '@oriel/api';
import { useEffect } from 'preact/hooks';
import type { Camera } from '../../player/connection/directory.ts';
import type { LiveConnection } from '../../player/connection/live-connection.ts';
import { useKeys } from '../../ui/use-keys.ts';
import { CertificateBanner } from '../certificate/certificate-banner.tsx';
import { commonAspect } from './common-aspect.ts';
import { EmptyWall } from './empty-wall.tsx';
import { focusLastOpened, moveFocus } from './focus.ts';
import { gridShape } from './grid-shape.ts';
import { Tile } from './tile.tsx';
import { useSeat } from './use-seat.ts';
import { useSize } from './use-size.ts';
import { WallBar } from './wall-bar.tsx';
import styles from './wall-page.module.css';

const GAP = 8;

interface WallPageProps {
	readonly live: LiveConnection;
	readonly session: Session;
	readonly onShowKeys: () => void;
	readonly onLeave: () => void;
	readonly onSessionDoubted: () => Promise<void>;
}

/** All cameras at once. */
export function WallPage({ live, session, onShowKeys, onLeave, onSessionDoubted }: WallPageProps) {
	const { cameras } = live;
	const { isFull } = useSeat(session, live.state.phase, onSessionDoubted);
	return (
		<div class={styles.page}>
			<WallBar live={live} session={session} onShowKeys={onShowKeys} onLeave={onLeave} />
			{session.role === 'owner' && <CertificateBanner />}
			{cameras.length > 0 ? <Grid cameras={cameras} /> : <NoTiles live={live} session={session} isFull={isFull} />}
		</div>
	);
}

function Grid({ cameras }: { cameras: readonly Camera[] }) {
	const { box, size } = useSize<HTMLElement>();
	const shape = size && gridShape({ ...size, count: cameras.length, aspect: commonAspect(cameras), gap: GAP });
	const columns = shape?.columns ?? 1;
	const laidOut = shape !== undefined;
	useEffect(() => {
		if (laidOut) focusLastOpened(box.current);
	}, [laidOut, box]);
	useKeys({
		ArrowLeft: () => moveFocus(box.current, -1),
		ArrowRight: () => moveFocus(box.current, 1),
		ArrowUp: () => moveFocus(box.current, -columns),
		ArrowDown: () => moveFocus(box.current, columns),
	});
	return (
		<main class={styles.wall} ref={box}>
			{shape &&
				cameras.map((camera) => (
					<Tile key={camera.name} camera={camera} width={shape.tileWidth} height={shape.tileHeight} />
				))}
		</main>
	);
}

function NoTiles({ live, session, isFull }: { live: LiveConnection; session: Session; isFull: boolean }) {
	if (live.listed) return <EmptyWall role={session.role} />;
	const connecting = live.state.phase === 'reconnecting' ? 'Reconnecting to the relay…' : 'Connecting to the relay…';
	const words = isFull
		? 'As many people watch by this link as may. When one leaves, the video starts automatically.'
		: connecting;
	return (
		<main class={styles.wall}>
			<p class={styles.connecting} role="status">
				{words}
			</p>
		</main>
	);
}
