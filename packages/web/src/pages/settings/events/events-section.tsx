import type { AccessEvent } from '@oriel/api';
import { useEffect, useState } from 'preact/hooks';
import { listEvents } from '../../../api/events.ts';
import { Button } from '../../../ui/button.tsx';
import { Pill } from '../../../ui/pill.tsx';
import { ProblemLine } from '../../../ui/problem-line.tsx';
import rows from '../../../ui/rows.module.css';
import { agoWords, dateWords } from '../../time-words.ts';
import { fullTroubleOf } from '../../trouble.ts';
import { useNow } from '../../use-now.ts';
import section from '../list/section.module.css';
import { Section } from '../list/section.tsx';
import { eventWords, isNotable } from './event-words.ts';
import styles from './events-section.module.css';

/** What happened that concerns who may do what, newest first. */
export function EventsSection() {
	const [events, setEvents] = useState<readonly AccessEvent[]>();
	const [more, setMore] = useState(false);
	const [trouble, setTrouble] = useState<string>();
	const [busy, setBusy] = useState(false);
	const read = async (before?: number) => {
		setBusy(true);
		const answer = await listEvents(before);
		setBusy(false);
		if (answer.kind !== 'success') return setTrouble(fullTroubleOf(answer));
		setTrouble(undefined);
		setEvents((known = []) => (before === undefined ? answer.value.events : [...known, ...answer.value.events]));
		setMore(answer.value.more);
	};
	useEffect(() => void read(), []);
	const now = useNow();
	return (
		<Section
			title="Activity"
			words="Sign-ins, failed sign-ins, new devices and every change of access. Newest first."
			action={<Button onClick={() => void read()}>Refresh</Button>}
		>
			{trouble && <ProblemLine>{trouble}</ProblemLine>}
			{!events && !trouble && (
				<p class={section.words} role="status">
					Reading…
				</p>
			)}
			{events?.length === 0 && <p class={section.empty}>Nothing yet.</p>}
			{events && events.length > 0 && (
				<ol class={rows.rows} aria-label="Events">
					{events.map((event) => (
						<EventRow key={event.id} event={event} now={now} />
					))}
				</ol>
			)}
			{more && events && (
				<Button onClick={() => void read(events.at(-1)?.id)} disabled={busy}>
					Show older
				</Button>
			)}
		</Section>
	);
}

function EventRow({ event, now }: { event: AccessEvent; now: number }) {
	return (
		<li class={styles.event}>
			<time dateTime={event.at} title={dateWords(event.at)}>
				{agoWords(event.at, now)}
			</time>
			<div>
				<p class={styles.words}>
					<bdi>{eventWords(event)}</bdi>
					{isNotable(event) && <Pill tone="warn">Was this you?</Pill>}
				</p>
				<p class={styles.where}>
					<bdi>{[event.device, event.address].filter(Boolean).join(' · ')}</bdi>
				</p>
			</div>
		</li>
	);
}
