import { type IncomingMessage, type RequestOptions, request as requestPlain } from 'node:http';
import { request as requestSecure } from 'node:https';
import { CAMERA_NAME, type Clock, type Millis, Secret } from '@oriel/base';
import { AgentError } from '../errors/agent-error.ts';
import { networkTrouble, networkWords, peerOf } from '../errors/network.ts';
import { readPin } from '../tls/pin.ts';
import { openVerifiedTls, verifiedConnection } from '../tls/verified-tls.ts';
import { agentUrl } from './address.ts';

/** From the first packet to the whole answer. */
export const JOIN_TIMEOUT_MS: Millis = 15_000;
/** The answer is a few lines. */
export const MAX_JOIN_ANSWER_BYTES = 16 * 1024;

export interface JoinOptions {
	/** As `AgentConfig.relay`. */
	readonly relay: string;
	/** The one-time code from the relay's page. */
	readonly code: Secret;
	/** `sha256/BASE64` of the relay's public key: then nothing else is believed. */
	readonly pin?: string | undefined;
	/** What this machine calls itself; the owner sees it. */
	readonly machine: string;
	readonly clock: Clock;
	/** Authorities (PEM) instead of the system's. */
	readonly ca?: string | undefined;
}

/** What a code was exchanged for. */
export interface Joined {
	readonly camera: string;
	readonly key: Secret;
	/** Where the relay can be reached; the one that was asked comes first. */
	readonly relays: readonly string[];
	readonly pin: string | undefined;
}

/** Exchanges a one-time code for a camera's publish key. Rejects with AgentError in plain words. */
export async function joinRelay(options: JoinOptions): Promise<Joined> {
	const url = joinUrl(options.relay);
	if (options.pin !== undefined && url.protocol !== 'https:') {
		throw new AgentError('bad-option', 'a pin is for https, and the address of the relay says http');
	}
	const { status, text } = await post(url, options);
	const answer = parse(text);
	if (status !== 200) throw refusal(status, answer, url);
	const { camera, key, relays, pin } = answer;
	const isWhole = typeof camera === 'string' && CAMERA_NAME.test(camera) && typeof key === 'string' && key.length > 20;
	if (!isWhole) throw new AgentError('not-a-relay', `${url.host} answers, but is not an Oriel relay`);
	const others = Array.isArray(relays) ? relays.filter((relay) => typeof relay === 'string' && isRelay(relay)) : [];
	const asked = url.href.replace(/\/api\/join$/, '');
	return {
		camera,
		key: new Secret(key),
		relays: [...new Set([asked, ...others])].slice(0, 8),
		// What the owner's page has said counts more than what came over the line.
		pin: options.pin ?? (typeof pin === 'string' ? pin : undefined),
	};
}

/** Where a relay takes codes: beside the agents' door. */
function joinUrl(relay: string): URL {
	const url = agentUrl(relay);
	return new URL(url.href.replace(/^ws/, 'http').replace(/\/agent$/, '/api/join'));
}

function isRelay(text: string): boolean {
	try {
		return agentUrl(text) !== undefined;
	} catch {
		return false;
	}
}

function post(url: URL, options: JoinOptions): Promise<{ status: number; text: string }> {
	const { code, machine, clock } = options;
	const body = JSON.stringify({ code: code.reveal(), machine: machine.slice(0, 100) });
	const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
	const over = new AbortController();
	return new Promise((resolve, reject) => {
		const settings = { method: 'POST', headers, ...connection(url, options, over.signal) };
		const call = (url.protocol === 'https:' ? requestSecure : requestPlain)(url, settings);
		const cancel = clock.after(JOIN_TIMEOUT_MS, () => {
			call.destroy(new AgentError('timed-out', `${url.host} did not answer within ${JOIN_TIMEOUT_MS / 1000} s`));
			over.abort();
		});
		const fail = (thrown: unknown) => {
			cancel();
			const words = networkWords(thrown, peerOf(url, 'relay'));
			reject(thrown instanceof AgentError ? thrown : new AgentError(networkTrouble(thrown), words, { cause: thrown }));
		};
		call.once('error', fail);
		call.once('response', (answer: IncomingMessage) => {
			readAnswer(answer).then((text) => {
				cancel();
				resolve({ status: answer.statusCode ?? 0, text });
			}, fail);
		});
		call.end(body);
	});
}

/** The code leaves this machine only after the other end has been found to be the relay. */
function connection(url: URL, { pin, clock, ca }: JoinOptions, signal: AbortSignal): RequestOptions {
	if (url.protocol !== 'https:') return { agent: false };
	const tls = {
		url,
		peer: 'relay' as const,
		pin: pin === undefined ? undefined : readPin(pin),
		ca,
		signal,
		wall: () => clock.wall(),
	};
	return { createConnection: verifiedConnection((done) => openVerifiedTls(tls, done)) };
}

async function readAnswer(answer: IncomingMessage): Promise<string> {
	const parts: Buffer[] = [];
	let size = 0;
	for await (const part of answer as AsyncIterable<Buffer>) {
		size += part.length;
		if (size > MAX_JOIN_ANSWER_BYTES) throw new AgentError('not-a-relay', 'the answer is too long for an Oriel relay');
		parts.push(part);
	}
	return Buffer.concat(parts).toString('utf8');
}

function parse(text: string): Readonly<Record<string, unknown>> {
	try {
		const value: unknown = JSON.parse(text);
		return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
	} catch {
		return {};
	}
}

function refusal(status: number, answer: Readonly<Record<string, unknown>>, { host }: URL): AgentError {
	const error = answer.error as { readonly message?: unknown } | undefined;
	const message = typeof error?.message === 'string' ? error.message.replace(/\p{C}+/gu, ' ').slice(0, 300) : '';
	if (message === '') {
		return new AgentError('not-a-relay', `${host} answers (status ${status}), but is not an Oriel relay that pairs`);
	}
	const code = status === 401 ? 'key-rejected' : status === 429 || status >= 500 ? 'unavailable' : 'forbidden';
	return new AgentError(code, `the relay says: ${message}`);
}
