import type { Session } from '@oriel/api';
import { useCallback, useEffect, useState } from 'preact/hooks';
import { signIn } from '../../api/session.ts';
import { Button } from '../../ui/button.tsx';
import { Notice } from '../../ui/notice.tsx';
import { troubleOf } from '../trouble.ts';

interface LinkPageProps {
	readonly token: string;
	readonly onDone: (session: Session) => void;
	readonly onLeave: () => void;
}

/** The way in with a link: no question is asked. */
export function LinkPage({ token, onDone, onLeave }: LinkPageProps) {
	const [problem, setProblem] = useState<string>();
	const [again, setAgain] = useState(false);
	const enter = useCallback(async () => {
		setProblem(undefined);
		const answer = await signIn({ link: token });
		if (answer.kind === 'success') return onDone(answer.value);
		setAgain(answer.kind !== 'refused' || answer.code !== 'link-expired');
		setProblem(troubleOf(answer));
	}, [token]);
	useEffect(() => void enter(), [enter]);
	if (!problem) {
		return (
			<Notice title="Signing in…">
				<p role="status">Checking the link.</p>
			</Notice>
		);
	}
	return (
		<Notice title="The link did not work">
			<p role="alert">{problem}</p>
			{again && (
				<Button kind="main" onClick={() => void enter()}>
					Try again
				</Button>
			)}
			<Button onClick={onLeave}>Continue without it</Button>
		</Notice>
	);
}
