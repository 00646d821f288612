import type { Session } from '@oriel/api';
import type { Camera } from '../../player/connection/directory.ts';
import type { LiveConnection } from '../../player/connection/live-connection.ts';
import { sinceWords } from '../../player/element/since-words.ts';
import bar from '../../ui/bar.module.css';
import { Bar } from '../../ui/bar.tsx';
import { IconButton, IconLink } from '../../ui/button.tsx';
import { canFillScreen, toggleFullScreen } from '../../ui/full-screen.ts';
import { Pill } from '../../ui/pill.tsx';
import { ThemeToggle } from '../../ui/theme-toggle.tsx';
import unseen from '../../ui/unseen.module.css';
import widths from '../../ui/widths.module.css';
import { Wordmark } from '../../ui/wordmark.tsx';
import { addHref, settingsHref } from '../route.ts';
import { GuestNote } from './guest-note.tsx';
import styles from './wall-bar.module.css';

interface WallBarProps {
	readonly live: LiveConnection;
	readonly session: Session;
	readonly onShowKeys: () => void;
	readonly onLeave: () => void;
}

/** The bar over the wall: how many cameras are live, how the relay is, and the few things one can do. */
export function WallBar({ live, session, onShowKeys, onLeave }: WallBarProps) {
	const isGuest = session.role === 'guest';
	return (
		<Bar keep={live.state.phase !== 'open' || live.cameras.length === 0 || !live.cameras.every(isLive)}>
			<Wordmark />
			<h1 class={unseen.unseen}>All cameras</h1>
			{session.link ? (
				<GuestNote link={session.link} isConnected={live.state.phase === 'open'} />
			) : (
				<Count live={live} />
			)}
			<span class={bar.space} />
			<RelayState live={live} />
			<div class={bar.group}>
				<span class={widths.wideOnly}>
					{canFillScreen() && <IconButton icon="expand" label="Full screen (F)" onClick={fillScreen} />}
					<IconButton icon="keys" label="Keys (?)" onClick={onShowKeys} />
					<ThemeToggle />
				</span>
				{session.role === 'owner' && <IconLink icon="add" label="Add a camera" href={addHref()} />}
				{!isGuest && <IconLink icon="settings" label="Settings" href={settingsHref()} />}
				<span class={isGuest ? undefined : widths.wideOnly}>
					<IconButton icon="leave" label={isGuest ? 'Leave' : 'Sign out'} onClick={onLeave} />
				</span>
			</div>
		</Bar>
	);
}

function fillScreen(): void {
	void toggleFullScreen();
}

function Count({ live }: { live: LiveConnection }) {
	const { cameras } = live;
	if (live.state.phase !== 'open' || cameras.length === 0) return null;
	const alive = cameras.filter(isLive).length;
	return (
		<span class={styles.count}>
			{alive} of {cameras.length} live
		</span>
	);
}

function isLive({ status }: Camera): boolean {
	return status?.state === 'live';
}

function RelayState({ live: { state, problem } }: { live: LiveConnection }) {
	return (
		<span class={styles.relayState} role="status" title="Connection to the relay">
			{problem && <span class={styles.problem}>{problem.message}</span>}
			{state.phase === 'open' && <Pill tone="good">Connected</Pill>}
			{state.phase === 'connecting' && <Pill tone="quiet">Connecting to the relay…</Pill>}
			{state.phase === 'reconnecting' && (
				<>
					<Pill tone="warn">Reconnecting…</Pill>
					<span class={styles.since}>since {sinceWords(state.since, Date.now())}</span>
				</>
			)}
		</span>
	);
}
