import * as v from 'valibot';
import type { Resource, ValueOf } from './operation.ts';
import { textOrNull, texts, time, timeOrNull } from './values.ts';

const report = v.object({
	/** Where it is from: an authority, the owner's files, or made by the relay. */
	source: v.picklist(['ordered', 'files', 'self-signed']),
	/** `ending`: less than a quarter of its life is left. */
	state: v.picklist(['good', 'self-signed', 'ending', 'ended']),
	names: texts,
	issuer: v.string(),
	notBefore: time,
	notAfter: time,
	/** `sha256/BASE64` of its public key. */
	pin: v.string(),
	/** What is wrong, in words. */
	problem: textOrNull,
	/** When a new one is ordered next, after a failure. */
	nextTryAt: timeOrNull,
});

/** The relay speaks plain HTTP. */
const none = v.object({ source: v.literal('none'), state: v.literal('none') });

const certificateAnswer = v.lazy((content) => (isNone(content) ? none : report));

/** How the relay's certificate is. */
export const certificate = {
	read: { method: 'GET', path: '/api/certificate', status: 200, answer: certificateAnswer },
} as const satisfies Resource;

export type Certificate = ValueOf<typeof certificateAnswer>;
export type CertificateReport = ValueOf<typeof report>;

function isNone(content: unknown): boolean {
	return typeof content === 'object' && content !== null && 'source' in content && content.source === 'none';
}
