import * as api from '@oriel/api';
import { type Clock, sleep } from '@oriel/base';
import type { Accounts } from '../auth/accounts.ts';
import type { StoredPairing } from '../auth/files.ts';
import { groupedCode } from '../auth/pairing-code.ts';
import type { Action, Principal } from '../auth/policy.ts';
import type { Hub } from '../core/hub.ts';
import { RelayError } from '../errors/relay-error.ts';
import { readBody, readText } from '../http/body.ts';
import { originOf } from '../http/origin.ts';
import { sendAnswer, sendEmpty, sendText } from '../http/respond.ts';
import { type Exchange, endpoint, type Route } from '../http/route.ts';
import { type GuardOptions, guarded } from './guarded.ts';
import { commandsFor } from './pairing-commands.ts';
import { visitorOf } from './visitor.ts';

/** How long a question about a pairing may wait for news. */
export const PAIRING_WAIT_MS = 20_000;
/** How often the waiting look. */
const LOOK_MS = 250;
/** A code and some white space. */
const MAX_CODE_BYTES = 200;

export interface PairingOptions extends Accounts, GuardOptions {
	readonly hub: Hub;
	/** `sha256/BASE64` of the public key of a certificate that signs itself; undefined if it is one that all trust. */
	readonly pin: () => string | undefined;
	/** Ends what waits when the relay stops. */
	readonly signal: AbortSignal;
}

/** Adding a camera: a code for the owner, a key for the camera's machine. */
export function pairingRoutes(options: PairingOptions): Route<Principal, Action>[] {
	const { pairings, events, clock, kept, hub, pin, signal } = options;
	const describe = (pairing: StoredPairing) => {
		const { sha256: _, replace, ...facts } = pairing;
		return { ...facts, state: stateOf(pairing, hub, clock) };
	};
	const spend = async (exchange: Exchange<Principal>, code: string, machine?: string) => {
		const { address } = exchange;
		const joined = await guarded(exchange, options, {}, () => pairings.join(code, machine ?? null, address));
		events.record({ kind: 'pairing-joined', about: joined.camera, ...visitorOf(exchange), device: machine });
		await kept();
		return joined;
	};

	return [
		{
			...endpoint(api.pairings.list),
			action: 'pairing.list',
			handle: ({ response }) => sendAnswer(response, api.pairings.list, { pairings: pairings.list().map(describe) }),
		},
		{
			...endpoint(api.pairings.start),
			action: 'pairing.start',
			async handle(exchange) {
				const { camera, replace } = await readBody(exchange.request, api.pairings.start, clock);
				const { pairing, code } = pairings.start(camera, replace);
				events.record({ kind: 'pairing-started', about: camera, ...visitorOf(exchange) });
				await kept();
				const commands = commandsFor({ origin: addressFor(exchange), camera, code, pin: pin() });
				sendAnswer(exchange.response, api.pairings.start, {
					pairing: describe(pairing),
					code: groupedCode(code),
					commands,
				});
			},
		},
		{
			...endpoint(api.pairings.read),
			action: 'pairing.read',
			async handle({ params, url, response }) {
				const id = params.pairing ?? '';
				const unless = url.searchParams.get('unless');
				const until = clock.now() + PAIRING_WAIT_MS * 1000;
				let seen = describe(pairings.get(id));
				while (seen.state === unless && clock.now() < until && !signal.aborted && !response.destroyed) {
					await sleep(clock, LOOK_MS, signal);
					seen = describe(pairings.get(id));
				}
				sendAnswer(response, api.pairings.read, { pairing: seen });
			},
		},
		{
			...endpoint(api.pairings.cancel),
			action: 'pairing.cancel',
			async handle(exchange) {
				const camera = pairings.cancel(exchange.params.pairing ?? '');
				events.record({ kind: 'pairing-cancelled', about: camera, ...visitorOf(exchange) });
				await kept();
				sendEmpty(exchange.response, 204);
			},
		},
		{
			...endpoint(api.join.spend),
			action: 'pairing.join',
			async handle(exchange) {
				const { code, machine } = await readBody(exchange.request, api.join.spend, clock);
				const joined = await spend(exchange, code, machine);
				sendAnswer(exchange.response, api.join.spend, {
					...joined,
					relays: [addressFor(exchange)],
					pin: pin() ?? null,
				});
			},
		},
		{
			...endpoint(api.join.header),
			action: 'pairing.join',
			async handle(exchange) {
				const code = await readText(exchange.request, MAX_CODE_BYTES, clock);
				if (code.trim() === '')
					throw new RelayError('bad-request', 'The body is empty; expected the code: curl -d CODE');
				const { key } = await spend(exchange, code);
				sendText(exchange.response, 200, `Authorization: Bearer ${key}\n`);
			},
		},
	];
}

/** The relay's address for a machine; where the caller's could be more than an address, a word in its place. */
function addressFor(exchange: Exchange<unknown>): string {
	return originOf(exchange) ?? `${exchange.isSecure ? 'https' : 'http'}://RELAY`;
}

function stateOf({ joinedAt, expiresAt, camera }: StoredPairing, hub: Hub, clock: Clock): api.Pairing['state'] {
	if (joinedAt === null) return Date.parse(expiresAt) > clock.wall() ? 'waiting' : 'expired';
	const shown = hub.camera(camera);
	const newest = shown?.video.newest?.receivedAt;
	const isSince = newest !== undefined && clock.wall() - (clock.now() - newest) / 1000 >= Date.parse(joinedAt);
	return isSince ? 'live' : 'joined';
}
