import type { Millis } from '@oriel/base';
import { readSdp } from '@oriel/media';
import type { Peer } from '../../errors/network.ts';
import { badAnswer } from '../http/camera-errors.ts';
import type { Login } from '../http/login.ts';
import { baseOf, controlUrls, requestUrl } from './control-url.ts';
import type { RtspMessage } from './message-reader.ts';
import { overTcp, refusal, unknownSignIn, wrongMedia } from './refusal.ts';
import { readTransport, type Transport } from './transport.ts';
import { type VideoTrack, videoTrackIn } from './video-track.ts';

/** RFC 2326 12.37: a session ends after so long without a request, where the camera does not say otherwise. */
const SESSION_TIMEOUT_S = 60;
/** However long the session may be silent: middleboxes forget connections sooner. */
const MAX_KEEP_ALIVE_MS: Millis = 60_000;
/** A camera that says 0, or 1 s, is asked no more often. */
const MIN_KEEP_ALIVE_MS: Millis = 1000;
/** A request is repeated so often for a new nonce: cameras that give one with each answer would never end. */
const MAX_SIGN_INS = 3;

export interface RtspSessionOptions {
	/** Its user info is not looked at. */
	readonly url: URL;
	readonly peer: Peer;
	readonly login: Login | undefined;
}

type Reply = Extract<RtspMessage, { kind: 'reply' }>;
type Request = Extract<RtspMessage, { kind: 'request' }>;
type Method = 'OPTIONS' | 'DESCRIBE' | 'SETUP' | 'PLAY' | 'GET_PARAMETER' | 'TEARDOWN';
type Extra = Readonly<Record<string, string>>;

interface Sent {
	readonly method: Method;
	readonly url: string;
	readonly extra: Extra;
	readonly isSignedIn: boolean;
	/** How often it was repeated with another answer to a challenge. */
	readonly signIns: number;
}

/** What a reply leads to: the next request, or another address to go to. */
export interface Step {
	readonly send?: string;
	readonly location?: string;
}

const PLAY_RANGE: Extra = { Range: 'npt=0.000-' };

/**
 * The client's side of one RTSP session (RFC 2326): finds the video, has it sent on this connection, and keeps it alive.
 * Takes replies and gives requests; it has no socket and no clock. Replies come in the order of the requests: there are
 * cameras that do not number them, or wrongly.
 */
export class RtspSession {
	readonly #options: RtspSessionOptions;
	readonly #url: string;
	readonly #sent: Sent[] = [];
	#sequence = 0;
	#id: string | undefined;
	#timeoutS = SESSION_TIMEOUT_S;
	/** A request with the password was accepted: a later refusal is about its nonce. */
	#isAccepted = false;
	#keepAlive: Method = 'OPTIONS';
	#base: string;
	/** Addresses to set the track up at, and the one for the whole session. */
	#tracks: string[] = [];
	#whole: string;
	#track: VideoTrack | undefined;
	#transport: Transport = {};
	#isPlaying = false;

	constructor(options: RtspSessionOptions) {
		this.#options = options;
		this.#url = requestUrl(options.url);
		this.#base = this.#whole = this.#url;
	}

	/** Undefined before the camera has described it. */
	get track(): VideoTrack | undefined {
		return this.#track;
	}

	/** How the packets come. */
	get transport(): Transport {
		return this.#transport;
	}

	get isPlaying(): boolean {
		return this.#isPlaying;
	}

	/** How often to send `keepAlive`. */
	get keepAliveMs(): Millis {
		return Math.min(MAX_KEEP_ALIVE_MS, Math.max(MIN_KEEP_ALIVE_MS, (this.#timeoutS * 1000) / 2));
	}

	/** The first request. */
	begin(): string {
		return this.#request('OPTIONS', this.#url);
	}

	/** Tells the camera that its client is still there. */
	keepAlive(): string {
		return this.#request(this.#keepAlive, this.#whole);
	}

	/** Ends the session; undefined: there is none. */
	tearDown(): string | undefined {
		return this.#id === undefined ? undefined : this.#request('TEARDOWN', this.#whole);
	}

	/** The reply to a request of the camera. */
	answer({ method, headers }: Request): string {
		const isKnown = ['OPTIONS', 'GET_PARAMETER', 'SET_PARAMETER', 'ANNOUNCE'].includes(method);
		const sequence = headers.get('cseq');
		const number = sequence !== undefined && /^\d{1,10}$/.test(sequence) ? `CSeq: ${sequence}\r\n` : '';
		return `RTSP/1.0 ${isKnown ? '200 OK' : '501 Not Implemented'}\r\n${number}\r\n`;
	}

	/** Throws SourceError if the camera does not do what is needed. */
	onReply(reply: Reply): Step {
		const sent = this.#sent.shift();
		if (!sent) return {};
		const { status } = reply;
		if (status === 401 || status === 403) {
			const again = this.#signIn(sent, reply);
			if (again !== undefined) return { send: again };
		} else if (sent.isSignedIn) this.#isAccepted = true;
		const location = status >= 300 && status < 400 ? reply.headers.get('location') : undefined;
		if (location !== undefined && !this.#isPlaying) return { location };
		return this.#next(sent, reply, status >= 200 && status < 300);
	}

	#next(sent: Sent, reply: Reply, isOk: boolean): Step {
		if (this.#isPlaying) {
			// What cannot keep the session alive in one way may in the other.
			if (!isOk) this.#keepAlive = sent.method === 'OPTIONS' ? 'GET_PARAMETER' : 'OPTIONS';
			return {};
		}
		switch (sent.method) {
			case 'OPTIONS':
				return this.#onOptions(sent, reply);
			case 'DESCRIBE':
				return isOk ? this.#onDescription(reply) : this.#refuse(sent, reply);
			case 'SETUP':
				return isOk ? this.#onSetup(reply) : this.#setUpElsewhere(sent, reply);
			case 'PLAY':
				return isOk ? this.#onPlay() : this.#playOtherwise(sent, reply);
			default:
				return {};
		}
	}

	/** Some cameras do not know this request; what matters comes with the next. */
	#onOptions(sent: Sent, reply: Reply): Step {
		if (reply.status === 401 && sent.isSignedIn) return this.#refuse(sent, reply);
		if (/\bGET_PARAMETER\b/i.test(reply.headers.get('public') ?? '')) this.#keepAlive = 'GET_PARAMETER';
		return { send: this.#request('DESCRIBE', this.#url, { Accept: 'application/sdp' }) };
	}

	#onDescription({ headers, body }: Reply): Step {
		const description = readSdp(body);
		const track = videoTrackIn(description);
		if (track === undefined || typeof track === 'string') throw wrongMedia(this.#options.peer, track);
		this.#base = baseOf(headers, this.#url);
		this.#track = track;
		this.#tracks = controlUrls(this.#base, track.control);
		this.#whole = controlUrls(this.#base, description.control)[0] ?? this.#base;
		return this.#setUp();
	}

	#setUp(): Step {
		const [url = this.#base] = this.#tracks;
		return { send: this.#request('SETUP', url, { Transport: 'RTP/AVP/TCP;unicast;interleaved=0-1' }) };
	}

	#setUpElsewhere(sent: Sent, reply: Reply): Step {
		const isAboutAddress = [400, 404, 451, 454, 455].includes(reply.status);
		this.#tracks.shift();
		return isAboutAddress && this.#tracks.length > 0 ? this.#setUp() : this.#refuse(sent, reply);
	}

	#onSetup({ headers }: Reply): Step {
		const [id = '', ...parameters] = (headers.get('session') ?? '').split(';').map((part) => part.trim());
		if (id !== '') this.#id = id;
		const timeout = parameters.map((part) => /^timeout\s*=\s*(\d{1,6})/i.exec(part)?.[1]).find((value) => value);
		this.#timeoutS = Number(timeout ?? SESSION_TIMEOUT_S);
		this.#transport = readTransport(headers.get('transport') ?? '');
		if (this.#transport.isBeside) throw overTcp(this.#options.peer, 'it offers UDP');
		return { send: this.#request('PLAY', this.#whole, PLAY_RANGE) };
	}

	#onPlay(): Step {
		this.#isPlaying = true;
		return {};
	}

	/** 459: not the whole session at once. 457: not from a point of time on. */
	#playOtherwise(sent: Sent, reply: Reply): Step {
		const [track = this.#whole] = this.#tracks;
		if (reply.status === 457 && 'Range' in sent.extra) return { send: this.#request('PLAY', sent.url) };
		const isOtherAddress = sent.url !== track && [400, 404, 455, 459].includes(reply.status);
		if (!isOtherAddress) return this.#refuse(sent, reply);
		this.#whole = track;
		return { send: this.#request('PLAY', track, sent.extra) };
	}

	/** The request once more, with the password; undefined: it is refused with it. */
	#signIn(sent: Sent, { status, headers }: Reply): string | undefined {
		const { login } = this.#options;
		const challenge = status === 401 ? headers.get('www-authenticate') : undefined;
		const isStale = /\bstale\s*=\s*"?true/i.test(challenge ?? '');
		const isAboutNonce = sent.isSignedIn && (isStale || this.#isAccepted) && sent.signIns < MAX_SIGN_INS;
		if (!login || (sent.isSignedIn && !isAboutNonce)) return undefined;
		if (challenge === undefined) {
			if (!login.assumeBasic()) return undefined;
		} else if (!login.challenged(challenge)) throw unknownSignIn(this.#options.peer);
		return this.#request(sent.method, sent.url, sent.extra, sent.signIns + 1);
	}

	#refuse({ method }: Sent, { status }: Reply): never {
		const { peer, url, login } = this.#options;
		if (status === 200) throw badAnswer(peer, `answers ${method} in a way that is not understood`);
		throw refusal({ peer, method, status, path: url.pathname, hasLogin: login !== undefined });
	}

	#request(method: Method, url: string, extra: Extra = {}, signIns = 0): string {
		const authorization = this.#options.login?.authorization(method, url);
		const headers = {
			// Written so: there are cameras that look for these letters.
			CSeq: String(++this.#sequence),
			'User-Agent': 'oriel',
			...extra,
			...(this.#id !== undefined && { Session: this.#id }),
			...(authorization !== undefined && { Authorization: authorization }),
		};
		this.#sent.push({ method, url, extra, signIns, isSignedIn: authorization !== undefined });
		const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
		return `${method} ${url} RTSP/1.0\r\n${lines.join('')}\r\n`;
	}
}
