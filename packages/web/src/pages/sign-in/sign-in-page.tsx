import type { Session } from '@oriel/api';
import { useState } from 'preact/hooks';
import { signIn } from '../../api/session.ts';
import { Button } from '../../ui/button.tsx';
import { Notice } from '../../ui/notice.tsx';
import { PasswordField } from '../../ui/password-field.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { troubleOf } from '../trouble.ts';
import { useCountdown } from '../use-countdown.ts';
import { lastName, rememberName } from './last-name.ts';

interface SignInPageProps {
	/** Whether the person was watching a moment ago and did not leave themselves. */
	readonly ended: boolean;
	readonly onDone: (session: Session) => void;
}

/** The way in with a name and a password. */
export function SignInPage({ ended, onDone }: SignInPageProps) {
	const [name, setName] = useState(lastName);
	const [password, setPassword] = useState('');
	const [problem, setProblem] = useState<string>();
	const [busy, setBusy] = useState(false);
	const countdown = useCountdown();
	const type = (set: (value: string) => void) => (value: string) => {
		set(value);
		setProblem(undefined);
	};
	const submit = async (event: Event) => {
		event.preventDefault();
		if (password === '') return setProblem('The password is missing.');
		setBusy(true);
		const answer = await signIn({ name: name.trim() || 'owner', password });
		setBusy(false);
		if (answer.kind === 'success') {
			rememberName(answer.value.name);
			return onDone(answer.value);
		}
		if (answer.kind === 'refused' && answer.retryAfterSeconds) countdown.start(answer.retryAfterSeconds);
		const isWrong = answer.kind === 'refused' && answer.code === 'wrong-password';
		setProblem(isWrong ? 'Wrong name or password.' : troubleOf(answer));
	};
	const waits = countdown.seconds > 0;
	return (
		<Notice title={ended ? 'You were signed out' : 'Sign in'}>
			{ended && (
				<p role="status">
					This session was ended elsewhere, or your access was removed. Sign in again, or ask the owner.
				</p>
			)}
			<form onSubmit={(event) => void submit(event)}>
				<TextField
					label="Name"
					value={name}
					onInput={type(setName)}
					autocomplete="username"
					hint="The person who set this relay up signs in as “owner”."
					plain
				/>
				<PasswordField
					label="Password"
					purpose="current-password"
					value={password}
					onInput={type(setPassword)}
					problem={problem}
				/>
				<Button kind="main" submit disabled={busy || waits}>
					{waits ? `Try again in ${countdown.seconds} s` : busy ? 'Signing in…' : 'Sign in'}
				</Button>
			</form>
		</Notice>
	);
}
