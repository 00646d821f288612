import type { Invitation, Session } from '@oriel/api';
import { useCallback, useEffect, useState } from 'preact/hooks';
import { acceptInvitation, lookAtInvitation } from '../../api/invitations.ts';
import { Button } from '../../ui/button.tsx';
import { Notice } from '../../ui/notice.tsx';
import { PasswordField } from '../../ui/password-field.tsx';
import { PASSWORD_HINT, passwordProblem } from '../password-rules.ts';
import { rememberName } from '../sign-in/last-name.ts';
import { troubleOf } from '../trouble.ts';

interface InvitationPageProps {
	readonly token: string;
	readonly onDone: (session: Session) => void;
	readonly onLeave: () => void;
}

/** The first visit of an invited person, who chooses a password. */
export function InvitationPage({ token, onDone, onLeave }: InvitationPageProps) {
	const [invitation, setInvitation] = useState<Invitation>();
	const [trouble, setTrouble] = useState<{ readonly words: string; readonly isOver: boolean }>();
	const look = useCallback(async () => {
		setTrouble(undefined);
		const answer = await lookAtInvitation(token);
		if (answer.kind === 'success') return setInvitation(answer.value);
		setTrouble({
			words: troubleOf(answer),
			isOver: answer.kind === 'refused' && answer.code === 'link-expired',
		});
	}, [token]);
	useEffect(() => void look(), [look]);
	const expire = () => setTrouble({ words: '', isOver: true });
	if (trouble?.isOver) return <OverPage onLeave={onLeave} />;
	if (trouble) {
		return (
			<Notice title="The invitation cannot be opened now">
				<p role="alert">{trouble.words}</p>
				<Button kind="main" onClick={() => void look()}>
					Try again
				</Button>
			</Notice>
		);
	}
	if (!invitation) {
		return (
			<Notice title="One moment…">
				<p role="status">Checking the invitation.</p>
			</Notice>
		);
	}
	return <AcceptPage invitation={invitation} token={token} onDone={onDone} onOver={expire} />;
}

interface AcceptPageProps {
	readonly invitation: Invitation;
	readonly token: string;
	readonly onDone: (session: Session) => void;
	readonly onOver: () => void;
}

function AcceptPage({ invitation: { name, role }, token, onDone, onOver }: AcceptPageProps) {
	const [password, setPassword] = useState('');
	const [problem, setProblem] = useState<string>();
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
		const answer = await acceptInvitation(token, password);
		setBusy(false);
		if (answer.kind === 'success') {
			rememberName(answer.value.name);
			return onDone(answer.value);
		}
		if (answer.kind === 'refused' && answer.code === 'link-expired') return onOver();
		setProblem(troubleOf(answer));
	};
	return (
		<Notice title="You are invited">
			<p>
				You sign in here as <strong>{name}</strong>
				{role === 'owner'
					? ' and look after this relay with its owner.'
					: ' and watch the cameras that are shared with you.'}{' '}
				Choose a password for it.
			</p>
			<form onSubmit={(event) => void submit(event)}>
				<PasswordField
					label="Password"
					purpose="new-password"
					username={name}
					value={password}
					onInput={type}
					hint={PASSWORD_HINT}
					problem={problem}
				/>
				<Button kind="main" submit disabled={busy}>
					{busy ? 'Opening…' : 'Continue'}
				</Button>
			</form>
		</Notice>
	);
}

function OverPage({ onLeave }: { onLeave: () => void }) {
	return (
		<Notice title="This invitation no longer works">
			<p role="alert">An invitation works once, for seven days. Ask the person who sent it for a new one.</p>
			<p>If you have chosen your password already, sign in with it.</p>
			<Button onClick={onLeave}>Go to the sign-in page</Button>
		</Notice>
	);
}
