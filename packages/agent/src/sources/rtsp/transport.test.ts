import { expect, it } from 'vitest';
import { readTransport } from './transport.ts';

it.each([
	['RTP/AVP/TCP;unicast;interleaved=0-1', { channel: 0, reports: 1 }],
	['RTP/AVP/TCP;unicast;interleaved=10-11;ssrc=10117CB7', { channel: 10, reports: 11, source: 0x1011_7cb7 }],
	['RTP/AVP/TCP;unicast;destination=192.0.2.1;source=192.0.2.2;interleaved=4', { channel: 4, reports: 5 }],
	['RTP/AVP/TCP;ssrc=0x1234abcd;interleaved=0-1', { channel: 0, reports: 1, source: 0x1234_abcd }],
	['RTP/AVP/TCP;ssrc=D8 5B;interleaved=0-1', { channel: 0, reports: 1 }],
	['RTP/AVP/TCP;ssrc=4a3b;Interleaved = 0 - 1', { channel: 0, reports: 1 }],
	['RTP/AVP;unicast;destination=192.0.2.1;interleaved=0-1', { channel: 0, reports: 1 }],
	['RTP/AVP/TCP;unicast', {}],
	['', {}],
	['RTP/AVP;unicast;client_port=5000-5001;server_port=6000-6001', { isBeside: true }],
	['RTP/AVP;multicast;destination=224.2.0.1;port=3456-3457', { isBeside: true }],
])('a camera sends as %j', (header, transport) => {
	expect(readTransport(header)).toEqual(transport);
});
