import { useEffect, useState } from 'preact/hooks';
import type { LiveConnection } from '../../player/connection/live-connection.ts';
import { Bar } from '../../ui/bar.tsx';
import { IconLink } from '../../ui/button.tsx';
import { useKeys } from '../../ui/use-keys.ts';
import { forcedRung } from '../player-tag.ts';
import { cameraHref, go, WALL_HREF } from '../route.ts';
import { StatePill } from '../state-pill.tsx';
import { LIVE_PATH } from '../use-live.ts';
import { useReadings } from '../use-readings.ts';
import { rememberOpened } from '../wall/focus.ts';
import { Dock } from './dock.tsx';
import { neighbours } from './neighbours.ts';
import { saveSnapshot } from './snapshot.ts';
import { factsWords, useFacts } from './use-facts.ts';
import './camera-page.css';

/** One camera, as large as the screen allows. */
export function CameraPage({ live, name }: { live: LiveConnection; name: string }) {
	const { player, readings } = useReadings();
	const [said, setSaid] = useState('');
	const facts = useFacts(name);
	const title = live.camera(name)?.title || name;
	const limited = live.camera(name)?.status?.limited;
	const { previous, next } = neighbours(live.cameras, name);
	const save = () => void saveSnapshot(name).then(setSaid);
	useKeys({
		Escape: () => go(WALL_HREF),
		ArrowLeft: () => previous && go(cameraHref(previous.name)),
		ArrowRight: () => next && go(cameraHref(next.name)),
		s: save,
	});
	useEffect(() => rememberOpened(name), [name]);
	useEffect(() => {
		const timer = setTimeout(() => setSaid(''), 3_000);
		return () => clearTimeout(timer);
	}, [said]);
	return (
		<div class="camera-page">
			<Bar keep={readings.state !== 'live'}>
				<IconLink icon="back" label="All cameras (Esc)" href={WALL_HREF} />
				<div class="camera-name">
					<h1>{title}</h1>
					<p title={readings.trouble}>
						<span class="narrow-only">{readings.figures && `${readings.figures} · `}</span>
						{facts ? factsWords(facts, readings.rung) : '\u00a0'}
					</p>
				</div>
				<span class="space" />
				<span class="camera-figures">{readings.figures}</span>
				<StatePill state={readings.state} />
				<Dock previous={previous} next={next} onSave={save} />
			</Bar>
			<main>
				<oriel-player ref={player} camera={name} src={LIVE_PATH} rung={forcedRung()} />
				{limited && (
					<p class="limited" role="status">
						{limited}
					</p>
				)}
				<p class="said" role="status" data-shown={said ? '' : undefined}>
					{said}
				</p>
			</main>
		</div>
	);
}
