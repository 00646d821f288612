import type { OpenSession } from '@oriel/api';
import { useState } from 'preact/hooks';
import type { Answer } from '../../../api/answer.ts';
import { listSessions, revokeSession } from '../../../api/sessions.ts';
import { Button } from '../../../ui/button.tsx';
import rows from '../../../ui/rows.module.css';
import { Row } from '../../../ui/rows.tsx';
import { agoWords } from '../../time-words.ts';
import { useNow } from '../../use-now.ts';
import { ConfirmDialog, type Question } from '../list/confirm-dialog.tsx';
import { Listed } from '../list/listing.tsx';
import { Section } from '../list/section.tsx';
import { useListing } from '../list/use-listing.ts';

interface SessionsSectionProps {
	/** The person's own. */
	readonly name: string | null;
	readonly isOwner: boolean;
	/** Signs this browser out. */
	readonly onLeave: () => void;
}

/** The browsers that are signed in, and a way to end each of them, or all. */
export function SessionsSection({ name, isOwner, onLeave }: SessionsSectionProps) {
	const sessions = useListing(listSessions);
	const [question, setQuestion] = useState<Question>();
	const now = useNow();
	const close = () => {
		setQuestion(undefined);
		void sessions.reload();
	};
	const own = sessions.items?.filter((session) => session.guestOf === null && session.name === name) ?? [];
	return (
		<Section
			title="Sessions"
			words={
				isOwner
					? 'Every browser that is signed in: yours, those of other users, and those of guests.'
					: 'Every browser that you are signed in with.'
			}
			action={
				own.length > 1 && <Button onClick={() => setQuestion(everywhere(own, onLeave))}>Sign out everywhere</Button>
			}
		>
			<Listed
				listing={sessions}
				label="Browsers that are signed in"
				empty="No one is signed in."
				row={(session) => (
					<Row
						key={session.id}
						title={session.device}
						aside={
							<span class={rows.aside}>
								<bdi>{session.guestOf === null ? session.name : 'Guest'}</bdi>
							</span>
						}
						lines={[sessionWords(session, now)]}
					>
						{session.current ? (
							<span class={rows.aside}>This browser</span>
						) : (
							<Button onClick={() => setQuestion(revocation(session))}>End</Button>
						)}
					</Row>
				)}
			/>
			{question && <ConfirmDialog question={question} onClose={close} />}
		</Section>
	);
}

function sessionWords({ address, lastSeenAt, createdAt, guestOf }: OpenSession, now: number): string {
	return `${address} · last seen ${agoWords(lastSeenAt, now)} · ${guestOf === null ? 'signed in' : 'opened'} ${agoWords(createdAt, now)}`;
}

function revocation({ id, device, name, guestOf }: OpenSession): Question {
	return {
		title: `End ${device}?`,
		words:
			guestOf === null
				? `${name ?? 'That person'} is signed out there at once, and can sign in again with the password. If someone else knows it, change it.`
				: 'That browser is cut off at once. With the link it can come again; to prevent that, take the link back.',
		action: 'End it',
		act: () => revokeSession(id),
	};
}

/** The own browser comes last: with it goes the right to end the others. */
function everywhere(own: readonly OpenSession[], onLeave: () => void): Question {
	return {
		title: 'Sign out everywhere?',
		words: `You are signed out on ${own.length} browsers, this one too. With your password you come in again.`,
		action: 'Sign out everywhere',
		act: async (): Promise<Answer<unknown>> => {
			for (const { id, current } of own) {
				const answer: Answer<unknown> = current ? { kind: 'success', value: true } : await revokeSession(id);
				const isGone = answer.kind === 'refused' && answer.code === 'not-found';
				if (answer.kind !== 'success' && !isGone) return answer;
			}
			onLeave();
			return { kind: 'success', value: true };
		},
	};
}
