import { textLike } from '../../options/option.ts';
import { UsageError } from '../../options/usage-error.ts';

const kind = textLike(
	'URL',
	(text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol),
	'expected https://HOST',
);

/** The address of a relay as people write it. Throws UsageError. */
export function relayAddress(text: string): URL {
	const url = new URL(kind.read(/^https?:/.test(text) ? text : `https://${text}`, 'URL'));
	if (url.username !== '' || url.password !== '') throw new UsageError('The address holds a password; leave it out');
	return url;
}
