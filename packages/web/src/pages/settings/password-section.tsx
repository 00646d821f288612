import { useState } from 'preact/hooks';
import { changePassword } from '../../api/session.ts';
import { Button } from '../../ui/button.tsx';
import { PasswordField } from '../../ui/password-field.tsx';
import { PASSWORD_HINT, passwordProblem } from '../password-rules.ts';
import { troubleOf } from '../trouble.ts';
import { useCountdown } from '../use-countdown.ts';
import section from './list/section.module.css';
import { Section } from './list/section.tsx';

interface Problem {
	readonly current?: string;
	readonly next?: string;
}

/** The own password. */
export function PasswordSection({ name }: { name: string }) {
	const [current, setCurrent] = useState('');
	const [next, setNext] = useState('');
	const [problem, setProblem] = useState<Problem>({});
	const [state, setState] = useState<'idle' | 'busy' | 'done'>('idle');
	const countdown = useCountdown();
	const type = (set: (value: string) => void) => (value: string) => {
		set(value);
		setProblem({});
		setState('idle');
	};
	const submit = async (event: Event) => {
		event.preventDefault();
		const weak = passwordProblem(next);
		if (weak) return setProblem({ next: weak });
		setState('busy');
		const answer = await changePassword(current, next);
		if (answer.kind !== 'success') {
			setState('idle');
			if (answer.kind === 'refused' && answer.retryAfterSeconds) countdown.start(answer.retryAfterSeconds);
			const isWrong = answer.kind === 'refused' && answer.code === 'wrong-password';
			return setProblem(isWrong ? { current: troubleOf(answer) } : { next: troubleOf(answer) });
		}
		setCurrent('');
		setNext('');
		setState('done');
	};
	const waits = countdown.seconds > 0;
	return (
		<Section title="Password" words="A change signs you out on all other browsers.">
			<form onSubmit={(event) => void submit(event)}>
				<PasswordField
					label="Current password"
					purpose="current-password"
					username={name}
					value={current}
					onInput={type(setCurrent)}
					problem={problem.current}
				/>
				<PasswordField
					label="New password"
					purpose="new-password"
					value={next}
					onInput={type(setNext)}
					hint={PASSWORD_HINT}
					problem={problem.next}
				/>
				<Button kind="main" submit disabled={state === 'busy' || waits}>
					{waits ? `Try again in ${countdown.seconds} s` : state === 'busy' ? 'Changing…' : 'Change the password'}
				</Button>
				<p class={section.done} role="status">
					{state === 'done' && 'Done. Other browsers are signed out.'}
				</p>
			</form>
		</Section>
	);
}
