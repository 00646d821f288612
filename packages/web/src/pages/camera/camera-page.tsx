import { useEffect, useState } from 'preact/hooks';
import type { LiveConnection } from '../../player/connection/live-connection.ts';
import bar from '../../ui/bar.module.css';
import { Bar } from '../../ui/bar.tsx';
import { IconLink } from '../../ui/button.tsx';
import { useKeys } from '../../ui/use-keys.ts';
import widths from '../../ui/widths.module.css';
import { OutdatedNote } from '../outdated-note.tsx';
import { forcedMethod } from '../player-tag.ts';
import { cameraHref, go, WALL_HREF } from '../route.ts';
import { StatePill } from '../state-pill.tsx';
import { fullTroubleOf, troubleOf } from '../trouble.ts';
import { LIVE_PATH } from '../use-live.ts';
import { useReadings } from '../use-readings.ts';
import { rememberOpened } from '../wall/focus.ts';
import styles from './camera-page.module.css';
import { ControlsPanel } from './controls/controls-panel.tsx';
import { Dock } from './dock.tsx';
import { neighbours } from './neighbours.ts';
import { saveSnapshot } from './snapshot.ts';
import { flipped, rememberedTurn, rememberTurn, type Turn, turnAttributes, turned, turnWords } from './turn.ts';
import { factsWords, useFacts } from './use-facts.ts';

/** One camera, as large as the screen allows. */
export function CameraPage({ live, name, isOwner }: { live: LiveConnection; name: string; isOwner: boolean }) {
	const { player, readings } = useReadings();
	const [said, setSaid] = useState('');
	const [turn, setTurn] = useState(() => rememberedTurn(name));
	const [controlsShown, setControlsShown] = useState(false);
	const { facts, trouble } = useFacts(name);
	const title = live.camera(name)?.title || name;
	const wordsFor = isOwner ? fullTroubleOf : troubleOf;
	const remarks = [live.camera(name)?.status?.limited, facts?.problem, trouble && wordsFor(trouble)].filter(Boolean);
	const { previous, next } = neighbours(live.cameras, name);
	const save = () => void saveSnapshot(name, player.current).then(setSaid);
	const show = (next: Turn) => {
		setTurn(next);
		rememberTurn(name, next);
		setSaid(turnWords(next));
	};
	const [onTurn, onMirror] = [() => show(turned(turn)), () => show(flipped(turn))];
	const onControls = isOwner ? () => setControlsShown(!controlsShown) : undefined;
	useKeys({
		Escape: () => (controlsShown ? setControlsShown(false) : go(WALL_HREF)),
		ArrowLeft: () => previous && go(cameraHref(previous.name)),
		ArrowRight: () => next && go(cameraHref(next.name)),
		s: save,
		r: onTurn,
		m: onMirror,
		...(onControls && { c: onControls }),
	});
	useEffect(() => rememberOpened(name), [name]);
	useEffect(() => {
		const timer = setTimeout(() => setSaid(''), 3_000);
		return () => clearTimeout(timer);
	}, [said]);
	return (
		<div class={styles.page}>
			<Bar keep={readings.state !== 'live' || controlsShown}>
				<IconLink icon="back" label="All cameras (Esc)" href={WALL_HREF} />
				<div class={styles.name}>
					<h1>{title}</h1>
					<p title={readings.trouble}>
						<span class={widths.narrowOnly}>{readings.figures && `${readings.figures} · `}</span>
						{facts ? factsWords(facts, readings.method) : '\u00a0'}
					</p>
				</div>
				<span class={bar.space} />
				<span class={styles.figures}>{readings.figures}</span>
				<StatePill state={readings.state} />
				<Dock
					previous={previous}
					next={next}
					onSave={save}
					onTurn={onTurn}
					onMirror={onMirror}
					onControls={onControls}
				/>
			</Bar>
			<main data-controls={controlsShown || undefined}>
				<oriel-player ref={player} camera={name} src={LIVE_PATH} method={forcedMethod()} {...turnAttributes(turn)} />
				{(remarks.length > 0 || facts?.outdated) && (
					<div class={styles.remarks} role="status">
						{remarks.map((words) => (
							<p key={words}>{words}</p>
						))}
						{facts?.outdated && <OutdatedNote outdated={facts.outdated} />}
					</div>
				)}
				{controlsShown && <ControlsPanel camera={name} onClose={() => setControlsShown(false)} />}
				<p class={styles.said} role="status" data-shown={said ? '' : undefined}>
					{said}
				</p>
			</main>
		</div>
	);
}
