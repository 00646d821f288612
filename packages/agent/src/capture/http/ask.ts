import type { IncomingMessage } from 'node:http';
import { peerOf, placeOf } from '../../errors/network.ts';
import { SourceError } from '../../errors/source-error.ts';
import { exchange, type Platform } from './exchange.ts';
import type { Login } from './login.ts';

const MAX_REDIRECTS = 3;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
const ACCEPT = 'multipart/x-mixed-replace, image/jpeg;q=0.9, */*;q=0.1';

/** Asks the camera for `url`, follows redirects and signs in where that is wanted. Resolves with an answer of 200. */
export async function ask(url: URL, login: Login | undefined, platform: Platform): Promise<IncomingMessage> {
	let target = url;
	for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
		const answer = await askSignedIn(target, mayKnow(url, target) ? login : undefined, platform);
		if (answer.statusCode === 200) return answer;
		answer.destroy();
		if (!REDIRECTS.has(answer.statusCode ?? 0)) throw refusal(answer, target, login !== undefined);
		target = redirectTarget(answer, target);
	}
	throw badAnswer(url, `redirects more than ${MAX_REDIRECTS} times`);
}

/** The password goes to the host that it was given for, and never from https to http. */
function mayKnow(asked: URL, target: URL): boolean {
	return target.hostname === asked.hostname && (target.protocol === 'https:' || asked.protocol === 'http:');
}

async function askSignedIn(url: URL, login: Login | undefined, platform: Platform): Promise<IncomingMessage> {
	const first = await askOnce(url, login, platform);
	const challenge = first.headers['www-authenticate'];
	if (first.statusCode !== 401 || !login || challenge === undefined) return first;
	first.destroy();
	if (login.challenged(challenge)) return askOnce(url, login, platform);
	throw new SourceError('not-allowed', `${cameraAt(url)} wants a kind of sign-in that Oriel does not know`, LATER);
}

function askOnce(url: URL, login: Login | undefined, platform: Platform): Promise<IncomingMessage> {
	const authorization = login?.authorization('GET', `${url.pathname}${url.search}`);
	return exchange(url, { accept: ACCEPT, ...(authorization !== undefined && { authorization }) }, platform);
}

function redirectTarget(answer: IncomingMessage, from: URL): URL {
	const location = answer.headers.location ?? '';
	const target = URL.canParse(location, from.href) ? new URL(location, from) : undefined;
	if (!target || location === '' || !/^https?:$/.test(target.protocol)) {
		throw badAnswer(from, 'redirects to something that is not a web address');
	}
	target.username = target.password = '';
	return target;
}

const LATER = { again: 'later' } as const;

function refusal(answer: IncomingMessage, url: URL, hasLogin: boolean): SourceError {
	const camera = cameraAt(url);
	switch (answer.statusCode) {
		case 401: {
			const words = hasLogin
				? `${camera} does not accept the user name and the password`
				: `${camera} wants a user name and a password: http://USER:PASSWORD@…`;
			return new SourceError('not-allowed', words, LATER);
		}
		case 403:
			return new SourceError('not-allowed', `${camera} forbids access (status 403)`, LATER);
		case 404:
			return new SourceError('not-found', `${camera} has nothing at ${url.pathname} (status 404)`, { again: 'soon' });
		default:
			return badAnswer(url, `answers with status ${answer.statusCode}`);
	}
}

function badAnswer(url: URL, what: string): SourceError {
	return new SourceError('bad-answer', `${cameraAt(url)} ${what}`, { again: 'soon' });
}

function cameraAt(url: URL): string {
	return `the camera at ${placeOf(peerOf(url, 'camera'))}`;
}
