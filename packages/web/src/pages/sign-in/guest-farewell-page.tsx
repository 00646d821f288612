import { Button } from '../../ui/button.tsx';
import { Notice } from '../../ui/notice.tsx';
import type { Farewell } from './farewell.ts';

const WORDS: Readonly<Record<Farewell['why'], readonly [title: string, words: string]>> = {
	'link-ended': ['Sharing has ended', 'The link was revoked. Ask the person who sent it for a new one.'],
	'link-expired': ['The link has expired', 'Ask the person who sent it for a new one.'],
	left: ['You have left', 'The link still works until it expires: open it again to come back.'],
	ended: ['Sharing has ended', 'Ask the person who sent you the link for a new one.'],
};

/** What a guest sees after the end: there is nothing to sign in with, so no form is shown until it is asked for. */
export function GuestFarewellPage({ farewell, onSignIn }: { farewell: Farewell; onSignIn: () => void }) {
	const [title, words] = WORDS[farewell.why];
	return (
		<Notice title={title}>
			<p role="status">{words}</p>
			<Button onClick={onSignIn}>Sign in with a password</Button>
		</Notice>
	);
}
