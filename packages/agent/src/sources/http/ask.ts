import { peerOf, placeOf } from '../../errors/network.ts';
import { SourceError } from '../../errors/source-error.ts';
import { badAnswer as badAnswerOf } from './camera-errors.ts';
import { type Answer, exchange } from './exchange.ts';
import type { HttpAddress } from './http-address.ts';
import type { Login } from './login.ts';
import type { Platform } from './open-connection.ts';
import { MAX_REDIRECTS, mayKnow, redirected } from './redirect.ts';

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
const ACCEPT = 'multipart/x-mixed-replace, image/jpeg;q=0.9, */*;q=0.1';

/** Asks the camera for `url`, follows redirects and signs in where the camera asks for it. Resolves with an answer of 200. */
export async function ask(address: HttpAddress, login: Login | undefined, platform: Platform): Promise<Answer> {
	const { url } = address;
	let target = address;
	for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
		const answer = await askSignedIn(target, mayKnow(url, target.url) ? login : undefined, platform);
		if (answer.status === 200) return answer;
		answer.destroy();
		if (!REDIRECTS.has(answer.status)) throw refusal(answer, target.url, login !== undefined);
		target = redirectTarget(answer, target);
	}
	throw badAnswer(url, `redirects more than ${MAX_REDIRECTS} times`);
}

async function askSignedIn(address: HttpAddress, login: Login | undefined, platform: Platform): Promise<Answer> {
	const first = await askOnce(address, login, platform);
	if (!login || !REFUSALS.has(first.status)) return first;
	const challenge = first.status === 401 ? first.headers.get('www-authenticate') : undefined;
	if (challenge === undefined && !login.assumeBasic()) return first;
	first.destroy();
	if (challenge === undefined || login.challenged(challenge)) return askOnce(address, login, platform);
	const words = `${cameraAt(address.url)} asks for a kind of sign-in that Oriel does not know`;
	throw new SourceError('not-allowed', words, LATER);
}

function askOnce(address: HttpAddress, login: Login | undefined, platform: Platform): Promise<Answer> {
	const { pathname, search } = address.url;
	const authorization = login?.authorization('GET', `${pathname}${search}`);
	return exchange(address, { accept: ACCEPT, ...(authorization !== undefined && { authorization }) }, platform);
}

function redirectTarget(answer: Answer, from: HttpAddress): HttpAddress {
	const target = redirected(answer.headers.get('location'), from, /^https?:$/);
	if (!target) throw badAnswer(from.url, 'redirects to something that is not a web address');
	return target;
}

/** With these a camera may answer those who have not signed in. */
const REFUSALS: ReadonlySet<number> = new Set([400, 401, 403, 404]);
const LATER = { again: 'later' } as const;

function refusal(answer: Answer, url: URL, hasLogin: boolean): SourceError {
	const camera = cameraAt(url);
	switch (answer.status) {
		case 401: {
			const words = hasLogin
				? `${camera} does not accept the user name and the password`
				: `${camera} asks for a user name and a password: http://USER:PASSWORD@…`;
			return new SourceError('not-allowed', words, LATER);
		}
		case 403:
			return new SourceError('not-allowed', `${camera} forbids access (status 403)`, LATER);
		case 404:
			return new SourceError('not-found', `${camera} has nothing at ${url.pathname} (status 404)`, { again: 'soon' });
		default:
			return badAnswer(url, `answers with status ${answer.status}`);
	}
}

function badAnswer(url: URL, what: string): SourceError {
	return badAnswerOf(peerOf(url, 'camera'), what);
}

function cameraAt(url: URL): string {
	return `the camera at ${placeOf(peerOf(url, 'camera'))}`;
}
