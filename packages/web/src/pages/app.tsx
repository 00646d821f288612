import type { Session } from '@oriel/api';
import { useEffect, useState } from 'preact/hooks';
import { signOut } from '../api/session.ts';
import { sharedConnection } from '../player/connection/shared-connection.ts';
import { Notice } from '../ui/notice.tsx';
import { PairingLinkPage } from './add-camera/pairing-link-page.tsx';
import { InvitationPage } from './invitation/invitation-page.tsx';
import { LivePages } from './live-pages.tsx';
import { NoLinkPage } from './setup/no-link-page.tsx';
import { SetupPage } from './setup/setup-page.tsx';
import { SharePage } from './share/share-page.tsx';
import { type Farewell, farewellOf } from './sign-in/farewell.ts';
import { GuestFarewellPage } from './sign-in/guest-farewell-page.tsx';
import { forgetGuest, lastGuestUntil, rememberGuest } from './sign-in/last-guest.ts';
import { LinkPage } from './sign-in/link-page.tsx';
import { SignInPage } from './sign-in/sign-in-page.tsx';
import { UNREADABLE_WORDS } from './trouble.ts';
import { LIVE_PATH } from './use-live.ts';
import { useRoute } from './use-route.ts';
import { useSession } from './use-session.ts';

/** The whole page: which part of it the person sees depends on the address and on who is signed in. */
export function App() {
	const { route, forgetToken } = useRoute();
	const { session, setSession, refresh } = useSession();
	const [farewell, setFarewell] = useState<Farewell>();
	const known = typeof session === 'string' ? undefined : session;
	useEffect(() => {
		if (known?.link) rememberGuest(known.link);
		else if (known?.signedIn) forgetGuest();
	}, [known]);
	const enter = (next: Session) => {
		setSession(next);
		setFarewell(undefined);
		// A connection that was ended for want of a session may try again.
		if (next.signedIn) sharedConnection(LIVE_PATH).retry();
	};
	const arrival = {
		onDone: (next: Session) => {
			enter(next);
			forgetToken();
		},
		onLeave: forgetToken,
	};
	if (route.page === 'setup') return <SetupPage token={route.token} {...arrival} />;
	if (route.page === 'sign-in') return <LinkPage token={route.token} {...arrival} />;
	if (route.page === 'invite') return <InvitationPage token={route.token} {...arrival} />;
	if (route.page === 'share') return <SharePage key={route.token} token={route.token} {...arrival} />;
	if (route.page === 'pair') return <PairingLinkPage token={route.token} onLeave={forgetToken} />;
	if (session === 'asking') return null;
	if (session === 'unreachable') return <Unreachable />;
	if (session === 'unreadable') return <Unreadable />;
	if (session.signedIn) {
		const leave = async () => {
			setFarewell({ why: 'left', guest: session.role === 'guest' });
			forgetGuest();
			await signOut();
			await refresh();
		};
		const ended = () => {
			setFarewell((known) => known ?? farewellOf(session, Date.now()));
			return refresh();
		};
		return (
			<LivePages
				key={`${session.role} ${session.name}`}
				route={route}
				session={session}
				onLeave={() => void leave()}
				onEnded={ended}
				onSessionDoubted={refresh}
			/>
		);
	}
	if (!session.setUp) return <NoLinkPage onCheck={() => void refresh()} />;
	const end = farewell ?? earlierGuest();
	if (end && isGuests(end)) {
		const signIn = () => {
			forgetGuest();
			// Nothing that was remembered decides any more: the form comes.
			setFarewell({ why: 'left', guest: false });
		};
		return <GuestFarewellPage farewell={end} onSignIn={signIn} />;
	}
	return <SignInPage ended={farewell?.why === 'ended'} onDone={enter} />;
}

/** This browser came by a share link before, and the relay knows it no more. */
function earlierGuest(): Farewell | undefined {
	const expiresAt = lastGuestUntil();
	return expiresAt === undefined ? undefined : farewellOf({ role: 'guest', link: { expiresAt } }, Date.now());
}

function isGuests(farewell: Farewell): boolean {
	return farewell.why === 'left' ? farewell.guest : farewell.why !== 'ended';
}

function Unreachable() {
	return (
		<Notice title="Connecting to the relay…">
			<p role="status">The relay is not responding. Retrying…</p>
		</Notice>
	);
}

function Unreadable() {
	return (
		<Notice title="The relay’s answer cannot be read">
			<p role="alert">{UNREADABLE_WORDS}</p>
		</Notice>
	);
}
