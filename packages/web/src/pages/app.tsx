import type { Session } from '../api/session.ts';
import { sharedConnection } from '../player/connection/shared-connection.ts';
import { Notice } from '../ui/notice.tsx';
import { LivePages } from './live-pages.tsx';
import { NoLinkPage } from './setup/no-link-page.tsx';
import { SetupPage } from './setup/setup-page.tsx';
import { LinkPage } from './sign-in/link-page.tsx';
import { SignInPage } from './sign-in/sign-in-page.tsx';
import { LIVE_PATH } from './use-live.ts';
import { useRoute } from './use-route.ts';
import { useSession } from './use-session.ts';

/** The whole page: which part of it the person sees depends on the address and on who is signed in. */
export function App() {
	const { route, forgetToken } = useRoute();
	const { session, setSession, refresh } = useSession();
	const enter = (next: Session) => {
		setSession(next);
		// A connection that was ended for want of a session may try again.
		if (next.signedIn) sharedConnection(LIVE_PATH).retry();
	};
	const spend = (next: Session) => {
		enter(next);
		forgetToken();
	};
	if (route.page === 'setup') return <SetupPage token={route.token} onDone={spend} onLeave={forgetToken} />;
	if (route.page === 'sign-in') return <LinkPage token={route.token} onDone={spend} onLeave={forgetToken} />;
	if (session === 'asking') return null;
	if (session === 'unreachable') return <Unreachable />;
	if (session.signedIn) return <LivePages route={route} role={session.role} onSessionDoubted={refresh} />;
	if (!session.setUp) return <NoLinkPage onCheck={() => void refresh()} />;
	return <SignInPage onDone={enter} />;
}

function Unreachable() {
	return (
		<Notice title="Connecting to the relay…">
			<p role="status">It does not answer yet. This page keeps trying and goes on by itself.</p>
		</Notice>
	);
}
