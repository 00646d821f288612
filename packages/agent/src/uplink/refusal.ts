import type { IncomingMessage } from 'node:http';
import { SUBPROTOCOL } from '@oriel/protocol';
import { AgentError } from '../errors/agent-error.ts';
import { networkTrouble, networkWords, peerOf } from '../errors/network.ts';

/** How much of a refusal's body is read, and how much of the message in it is shown. */
const MAX_BODY_BYTES = 4096;
const MAX_SHOWN_LETTERS = 200;

/** Why a WebSocket could not be opened, or broke while it was. */
export function failure(cause: Error, url: URL): AgentError {
	if (cause instanceof AgentError) return cause;
	if (/subprotocol/.test(cause.message)) {
		const words = `the relay at ${url.host} does not speak ${SUBPROTOCOL}; one of the two needs an update`;
		return new AgentError('version-refused', words, { cause });
	}
	if (/wrong version number|packet length too long/.test(cause.message)) {
		const words = `${url.host} does not speak https; if it is to be plain HTTP, say so: http://${url.host}`;
		return new AgentError('not-a-relay', words, { cause });
	}
	const peer = peerOf(url, 'relay');
	return new AgentError(networkTrouble(cause), networkWords(cause, peer), { cause });
}

/** What an HTTP answer means that came instead of a WebSocket. Reads some of its body for the relay's own words. */
export async function refusal(answer: IncomingMessage, url: URL): Promise<AgentError> {
	const status = answer.statusCode ?? 0;
	const { code, message } = await errorIn(answer);
	const because = message === '' ? '' : `: ${message}`;
	if (status === 401) return new AgentError('key-rejected', `the relay does not accept this key${because}`);
	if (code === 'unsupported-version') {
		const words = `the relay does not speak ${SUBPROTOCOL}; one of the two needs an update${because}`;
		return new AgentError('version-refused', words);
	}
	if (status === 429 || status >= 500) {
		return new AgentError('unavailable', `${url.host} cannot take us now (status ${status})${because}`);
	}
	if (status === 403 || code !== '') {
		return new AgentError('forbidden', `the relay does not let this camera in (status ${status})${because}`);
	}
	if (status >= 300 && status < 400) return redirected(answer, url);
	return new AgentError('not-a-relay', `${url.host} answers (status ${status}), but is not an Oriel relay`);
}

/** Not followed: the key has gone over an open line already, and the owner should learn of it. */
function redirected(answer: IncomingMessage, url: URL): AgentError {
	const location = answer.headers.location ?? '';
	const target = URL.canParse(location, url.href) ? new URL(location, url).origin.replace(/^ws/, 'http') : 'elsewhere';
	return new AgentError('redirected', `${url.host} redirects to ${target}; use that as the address of the relay`);
}

/** The error of the relay's own that an answer carries; empty if it is not from a relay. */
async function errorIn(answer: IncomingMessage): Promise<{ readonly code: string; readonly message: string }> {
	try {
		const body = JSON.parse(await beginningOf(answer)) as { error?: { code?: unknown; message?: unknown } } | null;
		return { code: printable(body?.error?.code), message: printable(body?.error?.message) };
	} catch {
		return { code: '', message: '' };
	}
}

async function beginningOf(answer: IncomingMessage): Promise<string> {
	const parts: Buffer[] = [];
	let size = 0;
	for await (const part of answer as AsyncIterable<Buffer>) {
		parts.push(part);
		size += part.length;
		if (size > MAX_BODY_BYTES) break;
	}
	return Buffer.concat(parts).toString();
}

/** The words of a stranger on one line. */
function printable(text: unknown): string {
	if (typeof text !== 'string') return '';
	return text
		.replace(/\p{C}+/gu, ' ')
		.trim()
		.slice(0, MAX_SHOWN_LETTERS);
}
