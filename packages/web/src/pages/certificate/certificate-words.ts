import type { Certificate } from '@oriel/api';
import type { Millis } from '@oriel/base';
import { inWords } from '../time-words.ts';

/** What the owner should know of the certificate before anything else; undefined while all is well. */
export function certificateWarning(certificate: Certificate, now: Millis): string | undefined {
	if (certificate.state === 'none') return undefined;
	const { state, notAfter, problem } = certificate;
	const detail = problem ? ` ${sentence(problem)}` : '';
	if (state === 'ended') return `The relay’s certificate has expired: browsers warn of it.${detail}`;
	if (state === 'ending')
		return `The relay’s certificate expires ${inWords(notAfter, now)} and has not been renewed.${detail}`;
	return problem ? `The relay’s certificate has a problem.${detail}` : undefined;
}

/** How the certificate is, in one sentence. */
export function certificateState({ state, source }: Certificate): string {
	switch (state) {
		case 'none':
			return 'This relay speaks plain HTTP. That is right only behind a proxy that speaks https, or on one machine alone.';
		case 'self-signed':
			return 'The relay made its certificate itself. Browsers warn of it once; cameras check it by its fingerprint.';
		case 'ending':
			return 'Less than a quarter of its lifetime remains. It should have been renewed by now.';
		case 'ended':
			return 'It has expired. Browsers and cameras that check it refuse to connect.';
		case 'good':
			return source === 'files' ? 'It is valid. It comes from a file.' : 'It is valid, and is renewed automatically.';
	}
}

/** With a full stop, if it has no end of its own. */
export function sentence(words: string): string {
	return /[.!?]$/.test(words) ? words : `${words}.`;
}
