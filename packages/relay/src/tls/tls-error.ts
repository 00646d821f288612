import { CodedError } from '@oriel/base';

/**
 * Why there is no certificate, or no new one. `bad-files`: the owner's own files; `unreachable`: the certificate
 * authority does not answer; `rate-limited`: it has had enough of us; `not-proven`: it could not reach us on the ports
 * that it tries; `refused`: anything else that it said no to; `timed-out`: it did not come to an end.
 */
export class TlsError extends CodedError<
	'bad-files' | 'bad-names' | 'unreachable' | 'rate-limited' | 'not-proven' | 'refused' | 'timed-out'
> {
	/** When asking again makes sense, if the authority said so: milliseconds since 1970. */
	readonly retryAt: number | undefined;

	constructor(
		code: TlsError['code'],
		message: string,
		options: { cause?: unknown; retryAt?: number | undefined } = {},
	) {
		super(code, message, options);
		this.retryAt = options.retryAt;
	}
}
