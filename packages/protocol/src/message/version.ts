/** The version of the protocol that this code speaks; see docs/protocol.md. */
export const PROTOCOL_VERSION = 1;

/** The WebSocket subprotocol of that version. A dialer offers all that it speaks, the relay picks the newest it knows. */
export const SUBPROTOCOL = `oriel.v${PROTOCOL_VERSION}`;
