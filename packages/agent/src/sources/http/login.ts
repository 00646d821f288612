import { createHash } from 'node:crypto';

interface Challenge {
	readonly scheme: 'basic' | 'digest';
	readonly params: ReadonlyMap<string, string>;
}

/** Digest algorithms by the name that goes into the answer, best first (RFC 7616 section 3.3). */
const HASHES: Readonly<Record<string, string>> = { 'SHA-256': 'sha256', MD5: 'md5' };

/**
 * Answers a camera's demand for a user name: Basic, and Digest with MD5 or SHA-256. Cameras that offer several get the
 * strongest. The last challenge is remembered, so that the next request is not refused first.
 */
export class Login {
	readonly #user: string;
	readonly #password: string;
	readonly #random: () => number;
	#challenge: Challenge | undefined;
	#uses = 0;

	constructor(options: { readonly user: string; readonly password: string; readonly random: () => number }) {
		this.#user = options.user;
		this.#password = options.password;
		this.#random = options.random;
	}

	/** Takes the `WWW-Authenticate` of a refused request. False: it asks for nothing that we can give. */
	challenged(header: string): boolean {
		this.#challenge = challengesIn(header).filter(isAnswerable).sort(strongestFirst)[0];
		this.#uses = 0;
		return this.#challenge !== undefined;
	}

	/**
	 * Some cameras refuse those whom they do not know and never say how to sign in. Gives the password in the clear from now
	 * on, as curl and ffmpeg do; false: that, or another way, has been tried already.
	 */
	assumeBasic(): boolean {
		if (this.#challenge) return false;
		this.#challenge = { scheme: 'basic', params: new Map() };
		return true;
	}

	/** The `Authorization` for a request; undefined before the first challenge. */
	authorization(method: string, target: string): string | undefined {
		const challenge = this.#challenge;
		if (!challenge) return undefined;
		if (challenge.scheme === 'digest') return this.#digest(challenge.params, method, target);
		return `Basic ${Buffer.from(`${this.#user}:${this.#password}`).toString('base64')}`;
	}

	/** RFC 7616 section 3.4; without a qop as in RFC 2069, which old cameras still speak. */
	#digest(params: ReadonlyMap<string, string>, method: string, target: string): string {
		const realm = params.get('realm') ?? '';
		const nonce = params.get('nonce') ?? '';
		const algorithm = params.get('algorithm') ?? 'MD5';
		const hash = hashOf(algorithm);
		const clientNonce = this.#clientNonce();
		const count = (++this.#uses).toString(16).padStart(8, '0');
		const plain = hash(`${this.#user}:${realm}:${this.#password}`);
		const who = /-sess$/i.test(algorithm) ? hash(`${plain}:${nonce}:${clientNonce}`) : plain;
		const what = hash(`${method}:${target}`);
		const withQop = params.has('qop');
		const proof = withQop ? `${nonce}:${count}:${clientNonce}:auth` : nonce;
		const fields = [
			`username="${quoted(this.#user)}"`,
			`realm="${quoted(realm)}"`,
			`nonce="${quoted(nonce)}"`,
			`uri="${target}"`,
			`response="${hash(`${who}:${proof}:${what}`)}"`,
		];
		if (params.has('algorithm')) fields.push(`algorithm=${algorithm}`);
		if (withQop) fields.push('qop=auth', `nc=${count}`, `cnonce="${clientNonce}"`);
		const opaque = params.get('opaque');
		if (opaque !== undefined) fields.push(`opaque="${quoted(opaque)}"`);
		return `Digest ${fields.join(', ')}`;
	}

	#clientNonce(): string {
		return Math.floor(this.#random() * 2 ** 52)
			.toString(16)
			.padStart(13, '0');
	}
}

/** The challenges of one header line: several may follow one another, separated by commas like their own fields. */
function challengesIn(header: string): Challenge[] {
	const starts = [...header.matchAll(/(?:^|,)\s*(basic|digest)\b/gi)];
	return starts.map((start, index) => ({
		scheme: start[1]?.toLowerCase() === 'basic' ? 'basic' : 'digest',
		params: paramsIn(header.slice(start.index + start[0].length, starts[index + 1]?.index)),
	}));
}

function paramsIn(text: string): ReadonlyMap<string, string> {
	const fields = text.matchAll(/([a-z0-9_-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))/gi);
	const pairs = Array.from(fields, ([, name = '', inQuotes, bare]): [string, string] => {
		return [name.toLowerCase(), inQuotes?.replace(/\\(.)/g, '$1') ?? bare ?? ''];
	});
	return new Map(pairs);
}

function isAnswerable({ scheme, params }: Challenge): boolean {
	if (scheme === 'basic') return true;
	const qops = params.get('qop')?.split(',') ?? ['auth'];
	return qops.some((qop) => qop.trim().toLowerCase() === 'auth') && strength({ scheme, params }) > 0;
}

function strongestFirst(a: Challenge, b: Challenge): number {
	return strength(b) - strength(a);
}

/** 0 for what we cannot do; Basic, which gives the password away, comes last. */
function strength({ scheme, params }: Challenge): number {
	if (scheme === 'basic') return 1;
	const known = Object.keys(HASHES).indexOf(baseAlgorithm(params.get('algorithm') ?? 'MD5'));
	return known < 0 ? 0 : 3 - known;
}

function baseAlgorithm(algorithm: string): string {
	return algorithm.toUpperCase().replace(/-SESS$/, '');
}

function hashOf(algorithm: string): (text: string) => string {
	const name = HASHES[baseAlgorithm(algorithm)] ?? 'md5';
	return (text) => createHash(name).update(text).digest('hex');
}

function quoted(text: string): string {
	return text.replace(/["\\]/g, '\\$&');
}
