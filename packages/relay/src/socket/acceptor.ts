import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { SUBPROTOCOL } from '@oriel/protocol';
import { type Server, WebSocketServer } from 'ws';
import { RelayError } from '../errors/relay-error.ts';
import { refuseUpgrade } from '../http/respond.ts';
import type { Connection, ConnectionHandler } from './connection.ts';
import { MessageBudget } from './message-budget.ts';
import { MeteredSocket } from './metered-socket.ts';
import {
	type ConnectionSettings,
	maxMessageBytes,
	RefusingWebSocket,
	WebSocketConnection,
} from './websocket-connection.ts';

/** Fragments of one WebSocket message: more than any browser or library makes of one picture. */
const MAX_FRAGMENTS = 256;
/** Chunks of one frame: as small as the packets of the narrowest links, 536 bytes each. */
const LEAST_CHUNK_BYTES = 512;
const NO_BYTES = Buffer.alloc(0);

/** Accepts WebSockets that speak oriel.v1. Compression is off: pictures do not get smaller, and bombs do not go off. */
export class Acceptor {
	readonly #server: Server<typeof RefusingWebSocket>;
	readonly #settings: ConnectionSettings;

	constructor(settings: ConnectionSettings) {
		this.#settings = settings;
		this.#server = new WebSocketServer({
			noServer: true,
			clientTracking: false,
			perMessageDeflate: false,
			maxPayload: maxMessageBytes(settings),
			maxFragments: MAX_FRAGMENTS,
			maxBufferedChunks: Math.ceil(maxMessageBytes(settings) / LEAST_CHUNK_BYTES),
			WebSocket: RefusingWebSocket,
			handleProtocols: (offered) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
		});
	}

	/** Opens the WebSocket and hands the connection to the handler that `make` makes. `owner`: who answers for it. */
	accept(
		request: IncomingMessage,
		socket: Duplex,
		head: Buffer,
		make: (connection: Connection) => ConnectionHandler,
		owner: string,
	): void {
		const offered = request.headers['sec-websocket-protocol']?.split(',').map((name) => name.trim()) ?? [];
		if (!offered.includes(SUBPROTOCOL)) {
			const seen = offered.join(', ').slice(0, 100) || 'none';
			const error = new RelayError('unsupported-version', `Subprotocols offered: ${seen}; expected ${SUBPROTOCOL}`);
			refuseUpgrade(socket, error, this.#settings.clock);
			return;
		}
		const budget = new MessageBudget(this.#settings.clock, this.#settings.shareOf(request));
		let connection: WebSocketConnection | undefined;
		// What came behind the request is metered like all the rest.
		if (head.length > 0) socket.unshift(head);
		(socket as Partial<Socket>).setTimeout?.(0);
		const metered = new MeteredSocket(socket, {
			take: (frames) => budget.take(frames),
			exceeded: () => connection?.refuse('WebSocket frame without a message'),
			enter: (handOn) => this.#settings.turns.enter(owner, socket, handOn),
			caughtUp: () => connection?.countIncoming(),
		});
		this.#server.handleUpgrade(request, metered, NO_BYTES, (ws) => {
			connection = new WebSocketConnection({ ws, socket, metered, budget, owner }, this.#settings);
			connection.begin(make);
		});
	}
}
