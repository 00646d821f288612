import { useState } from 'preact/hooks';
import type { Answer } from '../../api/answer.ts';
import { type Session, setUp } from '../../api/session.ts';
import { Button } from '../../ui/button.tsx';
import { Notice } from '../../ui/notice.tsx';
import { PasswordField } from '../../ui/password-field.tsx';
import { NoLinkPage } from './no-link-page.tsx';

const MIN_PASSWORD = 10;

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
		if (password.length < MIN_PASSWORD) return setProblem(`At least ${MIN_PASSWORD} characters, please.`);
		setBusy(true);
		const answer = await setUp(token, password);
		setBusy(false);
		if (answer.kind === 'success') return onDone(answer.value);
		if (answer.kind === 'refused' && answer.code === 'link-expired') return setExpired(true);
		setProblem(problemOf(answer));
	};
	if (expired) return <NoLinkPage expired onCheck={onLeave} />;
	return (
		<Notice title="Choose a password">
			<p>This relay is now yours. The password opens it from any browser, so let it be a long one.</p>
			<form onSubmit={(event) => void submit(event)}>
				<PasswordField
					label="Password"
					purpose="new-password"
					value={password}
					onInput={type}
					hint={`${MIN_PASSWORD} characters or more. A few words in a row are good.`}
					problem={problem}
				/>
				<Button kind="main" submit disabled={busy}>
					{busy ? 'Setting up…' : 'Set up Oriel'}
				</Button>
			</form>
		</Notice>
	);
}

function problemOf(answer: Exclude<Answer<Session>, { kind: 'success' }>): string {
	return answer.kind === 'refused' ? answer.message : 'The relay does not answer. Try again in a moment.';
}
