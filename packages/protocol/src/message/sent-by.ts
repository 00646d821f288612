import type { Message } from './message.ts';

// What a relay may send; see the table of types in docs/protocol.md. What a relay takes is in its table of permissions.

/** Types of messages that a relay may send to an agent. */
export const RELAY_TO_AGENT: ReadonlySet<Message['type']> = new Set<Message['type']>([
	'hello',
	'request',
	'control',
	'ack',
	'ping',
	'pong',
	'error',
	'goodbye',
]);

/** Types of messages that a relay may send to a viewer. */
export const RELAY_TO_VIEWER: ReadonlySet<Message['type']> = new Set<Message['type']>([
	'hello',
	'announce',
	'withdraw',
	'status',
	'carry',
	'frame',
	'ping',
	'pong',
	'error',
	'goodbye',
]);
