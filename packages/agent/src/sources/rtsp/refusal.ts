import { type Peer, placeOf } from '../../errors/network.ts';
import { SourceError } from '../../errors/source-error.ts';
import { badAnswer } from '../http/camera-errors.ts';

const LATER = { again: 'later' } as const;
const SOON = { again: 'soon' } as const;

export interface Refused {
	readonly peer: Peer;
	readonly method: string;
	readonly status: number;
	/** The path that was asked for, without its query, which may hold a password. */
	readonly path: string;
	readonly hasLogin: boolean;
}

/** What it means that a camera does not do what it was asked for. */
export function refusal({ peer, method, status, path, hasLogin }: Refused): SourceError {
	const camera = `the camera at ${placeOf(peer)}`;
	switch (status) {
		case 401: {
			const words = hasLogin
				? `${camera} does not accept the user name and the password`
				: `${camera} asks for a user name and a password: rtsp://USER:PASSWORD@…`;
			return new SourceError('not-allowed', words, LATER);
		}
		case 403:
			return new SourceError('not-allowed', `${camera} forbids access (status 403)`, LATER);
		case 404:
		case 410:
			return new SourceError(
				'not-found',
				`${camera} has no stream at ${path} (status ${status}); its manual tells the right path`,
				LATER,
			);
		case 453:
		case 503: {
			const words = `${camera} has no stream to spare (status ${status}); close other programs that watch it`;
			return new SourceError('busy', words, SOON);
		}
		case 454:
			return new SourceError('ended', `${camera} has forgotten the session (status 454)`, SOON);
		case 461:
			return overTcp(peer, 'status 461');
		default:
			return badAnswer(peer, `answers ${method} with status ${status}`);
	}
}

/** It sends its packets only beside the connection, which is not supported. */
export function overTcp(peer: Peer, seen: string): SourceError {
	const words = `does not send over TCP (${seen}), and nothing else is supported; set it to RTP over RTSP (TCP)`;
	return new SourceError('bad-answer', `the camera at ${placeOf(peer)} ${words}`, LATER);
}

/** It has neither H.264 nor JPEG there. `instead`: what it sends; undefined: no video. */
export function wrongMedia(peer: Peer, instead: string | undefined): SourceError {
	const camera = `the camera at ${placeOf(peer)}`;
	const words =
		instead === undefined
			? `${camera} sends no video there; its manual tells the right path`
			: `${camera} sends ${instead} there, expected H.264 or JPEG; set it to H.264, or take the address of its second stream`;
	return new SourceError('no-picture', words, LATER);
}

/** It asks for a kind of sign-in that is not known. */
export function unknownSignIn(peer: Peer): SourceError {
	const words = `the camera at ${placeOf(peer)} asks for a kind of sign-in that Oriel does not know`;
	return new SourceError('not-allowed', words, LATER);
}
