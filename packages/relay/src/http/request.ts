import { IncomingMessage } from 'node:http';

const { _dump: dump } = IncomingMessage.prototype as IncomingMessage & { _dump(): void };

/** Parts of a body that may be smaller than this in all, and one more for as many bytes of it. */
export const MAX_SMALL_PARTS = 256;
const SMALL_PART_BYTES = 64;

/**
 * A request of which only WebSockets count as an upgrade. Node takes any `Upgrade` header for one, and would hand us the
 * bare socket; but a server that does not know a protocol goes on with HTTP/1.1 (RFC 9110, 7.8). `curl --http2` asks for
 * h2c with every first request, also with `PUT`.
 */
export class Request extends IncomingMessage {
	/** Whether the parser takes what follows this request for another protocol. Declared only: Node assigns it in its constructor. */
	declare isLastForParser: boolean | null;

	#bytes = 0;
	#smallParts = 0;

	/**
	 * Called by the parser with each chunk of the body. A packet can hold eleven thousand chunks of a byte, each as much work as
	 * one of 64 KiB: the connection of a client that sends such is ended.
	 */
	override push(part: Uint8Array | null, encoding?: BufferEncoding): boolean {
		if (part === null) return super.push(null);
		if (this.destroyed) return false;
		this.#bytes += part.length;
		if (part.length < SMALL_PART_BYTES && ++this.#smallParts > MAX_SMALL_PARTS + this.#bytes / SMALL_PART_BYTES) {
			this.socket.destroy();
			this.destroy();
			return false;
		}
		return super.push(part, encoding);
	}

	get upgrade(): boolean {
		// Of HTTP/1.0 it must be ignored: a proxy that passes it on without knowing it would be bypassed.
		const isOne = this.isLastForParser === true && this.method === 'GET' && this.httpVersion === '1.1';
		return isOne && isWebSocket(this.headers.upgrade);
	}

	/**
	 * Called by Node when the request is answered. Of a body that was not read Node would take the rest off the line, chunk by
	 * chunk: one that never ends, in chunks of a byte, took a second of work in one turn of the event loop. So what is not whole
	 * is left to `HttpConnection`, which throws it away unparsed.
	 */
	_dump(): void {
		if (this.complete) dump.call(this);
	}

	/** Node's parser says here whether it saw `Upgrade` or `CONNECT`. */
	set upgrade(seen: boolean | null) {
		this.isLastForParser = seen;
	}
}

function isWebSocket(upgrade: string | undefined): boolean {
	return upgrade?.trim().toLowerCase() === 'websocket';
}
