import { IncomingMessage } from 'node:http';

/**
 * A request of which only WebSockets count as an upgrade. Node takes any `Upgrade` header for one, and would hand us the
 * bare socket; but a server that does not know a protocol goes on with HTTP/1.1 (RFC 9110, 7.8). `curl --http2` asks for
 * h2c with every first request, also with `PUT`.
 */
export class Request extends IncomingMessage {
	/** Whether the parser takes what follows this request for another protocol. Declared only: Node assigns it in its constructor. */
	declare isLastForParser: boolean | null;

	get upgrade(): boolean {
		return this.isLastForParser === true && this.method === 'GET' && isWebSocket(this.headers.upgrade);
	}

	/** Node's parser says here whether it saw `Upgrade` or `CONNECT`. */
	set upgrade(seen: boolean | null) {
		this.isLastForParser = seen;
	}
}

function isWebSocket(upgrade: string | undefined): boolean {
	return upgrade?.trim().toLowerCase() === 'websocket';
}
