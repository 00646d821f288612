import type { Session } from '@oriel/api';
import { useState } from 'preact/hooks';
import { setUp } from '../../api/session.ts';
import { Button } from '../../ui/button.tsx';
import { Notice } from '../../ui/notice.tsx';
import { PasswordField } from '../../ui/password-field.tsx';
import { PASSWORD_HINT, passwordProblem } from '../password-rules.ts';
import { troubleOf } from '../trouble.ts';
import { NoLinkPage } from './no-link-page.tsx';

interface SetupPageProps {
	readonly token: string;
	readonly onDone: (session: Session) => void;
	readonly onLeave: () => void;
}

/** The first visit: the owner chooses a password. */
export function SetupPage({ token, onDone, onLeave }: SetupPageProps) {
	const [password, setPassword] = useState('');
	const [problem, setProblem] = useState<string>();
	const [expired, setExpired] = useState(false);
	const [busy, setBusy] = useState(false);
	const type = (value: string) => {
		setPassword(value);
		setProblem(undefined);
	};
	const submit = async (event: Event) => {
		event.preventDefault();
		const weak = passwordProblem(password);
		if (weak) return setProblem(weak);
		setBusy(true);
		const answer = await setUp(token, password);
		setBusy(false);
		if (answer.kind === 'success') return onDone(answer.value);
		if (answer.kind === 'refused' && answer.code === 'link-expired') return setExpired(true);
		setProblem(troubleOf(answer));
	};
	if (expired) return <NoLinkPage expired onCheck={onLeave} />;
	return (
		<Notice title="Choose a password">
			<p>This link makes you the owner of this relay. The password opens it from any browser, so make it a long one.</p>
			<form onSubmit={(event) => void submit(event)}>
				<PasswordField
					label="Password"
					purpose="new-password"
					value={password}
					onInput={type}
					username="owner"
					hint={PASSWORD_HINT}
					problem={problem}
				/>
				<Button kind="main" submit disabled={busy}>
					{busy ? 'Setting up…' : 'Set up Oriel'}
				</Button>
			</form>
		</Notice>
	);
}
