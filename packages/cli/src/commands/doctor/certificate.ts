import { isIP } from 'node:net';
import { connect, type PeerCertificate } from 'node:tls';
import { type Clock, reasonOf, systemCode } from '@oriel/base';
import type { Finding } from './finding.ts';

const DAY_MS = 86_400_000;
const TIMEOUT_MS = 8000;
/** Below this part of its life it should have been renewed. */
const LATE = 0.25;

/** Looks at the certificate as a browser on this machine would. `ca` (PEM) stands in for the system's authorities. */
export function lookAtCertificate(host: string, port: number, clock: Clock, ca?: string): Promise<Finding> {
	return new Promise((resolve) => {
		const servername = isIP(host) === 0 ? host : '';
		const socket = connect({ host, port, servername, ...(ca === undefined ? {} : { ca }) });
		const settle = (verdict: Finding['verdict'], words: string) => {
			cancel();
			socket.destroy();
			resolve({ what: 'certificate', verdict, words });
		};
		const cancel = clock.after(TIMEOUT_MS, () => settle('bad', 'the TLS handshake does not come to an end'));
		socket.once('secureConnect', () => {
			const { verdict, words } = lifeOf(socket.getPeerCertificate(), clock.wall());
			settle(verdict, words);
		});
		socket.on('error', (failure) => settle(...trouble(systemCode(failure) ?? '', reasonOf(failure))));
	});
}

function lifeOf({ valid_from, valid_to, issuer }: PeerCertificate, wall: number): Pick<Finding, 'verdict' | 'words'> {
	const end = Date.parse(valid_to);
	const left = end - wall;
	const days = `${(left / DAY_MS).toFixed(1)} days left, from ${[issuer.O ?? issuer.CN].flat().join(' ')}`;
	if (left >= (end - Date.parse(valid_from)) * LATE) return { verdict: 'good', words: days };
	return { verdict: 'poor', words: `${days}: it should have been renewed; the relay's page and log say why not` };
}

function trouble(code: string, reason: string): [Finding['verdict'], string] {
	switch (code) {
		case 'DEPTH_ZERO_SELF_SIGNED_CERT':
			return ['poor', 'self-signed: browsers warn, cameras need --relay-pin. Say --domain or --public-ip for another'];
		case 'CERT_HAS_EXPIRED':
			return ['bad', 'it has ended: the log of the relay says why there is no new one'];
		case 'ERR_TLS_CERT_ALTNAME_INVALID':
			return ['bad', `it is for another name: ${reason}`];
		default:
			return ['bad', `${reason}${code ? ` (${code})` : ''}`];
	}
}
