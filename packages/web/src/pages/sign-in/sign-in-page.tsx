import { useState } from 'preact/hooks';
import { type Session, signIn } from '../../api/session.ts';
import { Button } from '../../ui/button.tsx';
import { Notice } from '../../ui/notice.tsx';
import { PasswordField } from '../../ui/password-field.tsx';
import { problemOf } from './problem-of.ts';
import { useCountdown } from './use-countdown.ts';

/** The way in with the owner's password. */
export function SignInPage({ onDone }: { onDone: (session: Session) => void }) {
	const [password, setPassword] = useState('');
	const [problem, setProblem] = useState<string>();
	const [busy, setBusy] = useState(false);
	const countdown = useCountdown();
	const type = (value: string) => {
		setPassword(value);
		setProblem(undefined);
	};
	const submit = async (event: Event) => {
		event.preventDefault();
		if (password === '') return setProblem('The password is missing.');
		setBusy(true);
		const answer = await signIn({ password });
		setBusy(false);
		if (answer.kind === 'success') return onDone(answer.value);
		if (answer.kind === 'refused' && answer.retryAfterSeconds) countdown.start(answer.retryAfterSeconds);
		setProblem(problemOf(answer));
	};
	const waits = countdown.seconds > 0;
	return (
		<Notice title="Sign in">
			<form onSubmit={(event) => void submit(event)}>
				<PasswordField label="Password" purpose="current-password" value={password} onInput={type} problem={problem} />
				<Button kind="main" submit disabled={busy || waits}>
					{waits ? `Try again in ${countdown.seconds} s` : busy ? 'Signing in…' : 'Sign in'}
				</Button>
			</form>
		</Notice>
	);
}
