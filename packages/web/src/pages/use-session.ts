import type { Session } from '@oriel/api';
import { Backoff, systemClock } from '@oriel/base';
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { readSession } from '../api/session.ts';

/** What is known of the session: not asked yet, the relay does not answer, or not with a session, or the session. */
export type KnownSession = Session | 'asking' | 'unreachable' | 'unreadable';

export interface SessionKeeper {
	readonly session: KnownSession;
	/** A newer session came with another answer. */
	readonly setSession: (session: Session) => void;
	/** Asks the relay again. */
	readonly refresh: () => Promise<void>;
}

/** The session of this browser. While the relay cannot be reached it is asked again and again. */
export function useSession(): SessionKeeper {
	const [session, setKnown] = useState<KnownSession>('asking');
	const questions = useRef(0);
	const backoff = useRef(makeBackoff());
	const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
	const refresh = useCallback(async () => {
		clearTimeout(timer.current);
		const question = ++questions.current;
		const answer = await readSession();
		// Signing in may have overtaken the question.
		if (question !== questions.current) return;
		if (answer.kind === 'success') {
			backoff.current.reset();
			return setKnown(answer.value);
		}
		// A session that was good stays so: only the relay itself may say that it is over.
		const state = answer.kind === 'unreadable' ? 'unreadable' : 'unreachable';
		setKnown((known) => (typeof known === 'string' ? state : known));
		timer.current = setTimeout(() => void refresh(), backoff.current.next());
	}, []);
	const setSession = useCallback((newer: Session) => {
		questions.current++;
		clearTimeout(timer.current);
		setKnown(newer);
	}, []);
	useEffect(() => {
		const now = () => void refresh();
		now();
		addEventListener('online', now);
		return () => {
			removeEventListener('online', now);
			clearTimeout(timer.current);
		};
	}, [refresh]);
	return { session, setSession, refresh };
}

function makeBackoff(): Backoff {
	return new Backoff({ minMs: 500, maxMs: 5_000, share: 0.1, clock: systemClock, random: Math.random });
}
