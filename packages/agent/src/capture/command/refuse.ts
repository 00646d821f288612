import { AgentError } from '../../errors/agent-error.ts';

/** An option that a program or a camera has no way to follow: `what` is refused because of `why`. */
export function refuse(what: string, why: string): AgentError {
	return new AgentError('bad-option', `${what} is not available: ${why}`);
}

/** Refuses all of `options` that are set. */
export function refuseAll(options: Readonly<Record<string, unknown>>, why: string): void {
	for (const [what, value] of Object.entries(options))
		if (value !== undefined && value !== false) throw refuse(what, why);
}
