import { type Micros, micros } from '@oriel/base';
import {
	ConnectionMachine,
	type ConnectionOptions,
	encode,
	FixedSilence,
	type Goodbye,
	type Message,
	type ProtocolError,
} from '@oriel/protocol';
import { FakeClock } from './fake-clock.ts';

export const SILENCE: Micros = micros(10_000);

/** A machine without a socket, and all that it does. `more`: other options than these. */
export function connected(more: Partial<ConnectionOptions> = {}) {
	const clock = new FakeClock();
	const sent: Message[] = [];
	const handled: Message[] = [];
	const ends: { readonly goodbye: Goodbye; readonly error: ProtocolError | undefined }[] = [];
	const machine = new ConnectionMachine({
		clock,
		silence: new FixedSilence(SILENCE, 'Nothing came', clock.now()),
		peer: () => 'A test',
		accepts: (type) => type !== 'watch',
		send: (message) => sent.push(message),
		onMessage: (message) => handled.push(message),
		onGoodbye: (goodbye, error) => ends.push({ goodbye, error }),
		...more,
	});
	const receive = (...messages: readonly Message[]) =>
		machine.onPacket(Uint8Array.from(messages.flatMap((message) => [...encode(message)])));
	const types = (messages: readonly Message[]) => messages.map(({ type }) => type);
	return { clock, machine, receive, sent, handled, ends, types };
}
