import { CodedError } from '@oriel/base';

/** Why the media package refused something: a picture beyond a limit, or a size it cannot work with. */
export class MediaError extends CodedError<'picture-too-large' | 'bad-size'> {}
