// Ends with 0 if the relay in this container answers /healthz, else with 1 and the reason. The certificate must be the one
// that is in the data directory, or in the file that ORIEL_TLS_CERT names.
import { X509Certificate } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { get as getPlain } from 'node:http';
import { get as getSecure } from 'node:https';
import { connect as connectPlain, isIP } from 'node:net';
import { join } from 'node:path';
import { connect } from 'node:tls';

const HERE = '127.0.0.1';
const TIMEOUT_MS = 5000;
const { ORIEL_DATA = '/data', ORIEL_PORT, ORIEL_TLS, ORIEL_TLS_CERT } = process.env;

const answers = ORIEL_TLS === 'off' ? [plain] : certificates().map((pem) => () => secure(pem));
let problem = 'The relay has no certificate yet';
for (const answer of answers) {
	problem = await answer().catch(({ message }) => message);
	if (problem === '') process.exit(0);
}
process.stderr.write(`${problem}\n`);
process.exit(1);

function certificates() {
	const own = ['ordered.pem', 'self-signed.pem'].map((name) => join(ORIEL_DATA, 'tls', name));
	const paths = ORIEL_TLS_CERT ? [ORIEL_TLS_CERT] : own;
	return paths.filter((path) => existsSync(path)).map((path) => readFileSync(path, 'utf8'));
}

function plain() {
	return ask(getPlain, { port: ORIEL_PORT ?? 8080 });
}

/** The certificate is for a name of the relay, not for this address. */
function secure(pem) {
	const [name] = namesOf(pem);
	const socket = connectPlain({ host: HERE, port: Number(ORIEL_PORT ?? 443) });
	const servername = isIP(name) ? '' : name;
	return ask(getSecure, {
		createConnection: () => connect({ socket, host: name, servername, ca: pem, allowPartialTrustChain: true }),
	});
}

function namesOf(pem) {
	const { subjectAltName = '' } = new X509Certificate(pem);
	return subjectAltName.split(', ').map((entry) => entry.replace(/^(DNS|IP Address):/, ''));
}

/** '' if it is healthy. */
function ask(get, options) {
	return new Promise((resolve, reject) => {
		const request = get({ host: HERE, path: '/healthz', timeout: TIMEOUT_MS, ...options }, (response) => {
			response.resume();
			resolve(response.statusCode === 200 ? '' : `The relay answers with status ${response.statusCode}`);
		});
		request.once('timeout', () => request.destroy(new Error(`The relay did not answer within ${TIMEOUT_MS} ms`)));
		request.once('error', reject);
	});
}
