import { CodedError } from '@oriel/base';

/** Every reason for which the media package refuses something. */
export type MediaErrorCode =
	| 'picture-too-large'
	| 'bad-size'
	| 'bad-sps'
	| 'bad-pps'
	| 'bad-slice'
	| 'bad-avcc'
	| 'bad-flv'
	| 'unsupported-codec';

/** Why the media package refused something: beyond a limit, of a size it cannot work with, or not what it should be. */
export class MediaError extends CodedError<MediaErrorCode> {}
