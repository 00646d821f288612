import type { Session } from '@oriel/api';
import { useCallback, useEffect, useState } from 'preact/hooks';
import { signIn } from '../../api/session.ts';
import { Button } from '../../ui/button.tsx';
import { Notice } from '../../ui/notice.tsx';
import { troubleOf } from '../trouble.ts';
import { useCountdown } from '../use-countdown.ts';

/** Another guest may leave at any time, which frees a place. */
const FULL_RETRY_SECONDS = 10;

interface SharePageProps {
	readonly token: string;
	readonly onDone: (session: Session) => void;
	readonly onLeave: () => void;
}

type Trouble = { readonly title: string; readonly words: string; readonly isOver: boolean };

/** The way in with a share link: no question is asked. */
export function SharePage({ token, onDone, onLeave }: SharePageProps) {
	const [trouble, setTrouble] = useState<Trouble>();
	const countdown = useCountdown();
	const open = useCallback(async () => {
		const answer = await signIn({ share: token });
		if (answer.kind === 'success') return onDone(answer.value);
		const code = answer.kind === 'refused' ? answer.code : '';
		if (code === 'link-full') countdown.start(FULL_RETRY_SECONDS);
		setTrouble({ title: titleFor(code), words: wordsFor(code) ?? troubleOf(answer), isOver: code === 'link-expired' });
	}, [token]);
	useEffect(() => void open(), [open]);
	const waits = countdown.seconds > 0;
	const isFull = trouble?.title === FULL;
	useEffect(() => {
		if (isFull && !waits) void open();
	}, [isFull, waits, open]);
	if (!trouble) {
		return (
			<Notice title="Opening…">
				<p role="status">Checking the link.</p>
			</Notice>
		);
	}
	return (
		<Notice title={trouble.title}>
			<p role="alert">{trouble.words}</p>
			{isFull && <p>{waits ? `Trying again in ${countdown.seconds} s.` : 'Trying again…'}</p>}
			{!isFull && !trouble.isOver && (
				<Button kind="main" onClick={() => void open()}>
					Try again
				</Button>
			)}
			{trouble.isOver && <Button onClick={onLeave}>Sign in with a password</Button>}
		</Notice>
	);
}

const FULL = 'This link is full';

function titleFor(code: string): string {
	if (code === 'link-full') return FULL;
	return code === 'link-expired' ? 'This link no longer works' : 'The link cannot be opened now';
}

function wordsFor(code: string): string | undefined {
	if (code === 'link-full')
		return 'The link has reached its number of viewers. This page opens as soon as one of them leaves.';
	if (code === 'link-expired') return 'It has expired or was revoked. Ask the person who sent it for a new one.';
	return undefined;
}
