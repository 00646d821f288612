import type { IncomingHttpHeaders } from 'node:http';
import { request } from 'node:https';
import { connect, type PeerCertificate } from 'node:tls';

export interface Asked {
	readonly status: number;
	readonly headers: IncomingHttpHeaders;
	readonly text: string;
}

export interface Question {
	/** The only authority that is believed, PEM. */
	readonly ca: string;
	readonly method?: string;
	readonly headers?: Record<string, string>;
	readonly body?: string;
	/** The name that the certificate must be for, where the URL has an address. */
	readonly servername?: string | undefined;
}

/** One request by https, on a connection of its own, checked to the end. */
export function ask(url: string, { ca, method = 'GET', headers = {}, body, servername }: Question): Promise<Asked> {
	return new Promise((resolve, reject) => {
		const name = servername === undefined ? {} : { servername };
		const call = request(url, { ca, method, headers, agent: false, ...name }, (response) => {
			const chunks: Buffer[] = [];
			response.on('error', reject);
			response.on('data', (chunk: Buffer) => chunks.push(chunk));
			response.on('end', () => {
				const { statusCode: status = 0 } = response;
				resolve({ status, headers: response.headers, text: Buffer.concat(chunks).toString() });
			});
		});
		call.on('error', reject);
		call.end(body);
	});
}

/** The certificate that a port shows, if `ca` vouches for it and it is for `servername`; undefined if not. */
export function shown(port: number, ca: string, servername?: string): Promise<PeerCertificate | undefined> {
	return new Promise((resolve, reject) => {
		const socket = connect({ host: '127.0.0.1', port, ca, ...(servername ? { servername } : {}) }, () => {
			resolve(socket.getPeerCertificate());
			socket.destroy();
		});
		socket.on('error', (error: NodeJS.ErrnoException) => {
			const isRefusal = /CERT|ISSUER|SIGNATURE|ALTNAME/.test(error.code ?? '');
			if (isRefusal || error.code === 'ECONNRESET') resolve(undefined);
			else reject(error);
		});
	});
}
