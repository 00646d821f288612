import { expect, it } from 'vitest';
import { deviceWords } from './device.ts';

it.each([
	['Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', 'Firefox on Linux'],
	[
		'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0 Safari/537.36 Edg/141.0',
		'Edge on Windows',
	],
	[
		'Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0 Mobile Safari/537.36',
		'Chrome on Android',
	],
	['Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605 Version/18.0 Safari/605', 'Safari on Mac'],
	[
		'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 CriOS/141.0 Mobile Safari/604',
		'Chrome on iPhone',
	],
	['curl/8.5.0', 'curl'],
	['<script>alert(1)</script>', 'Unknown program'],
	[undefined, 'Unknown program'],
	[`${'x'.repeat(600)} Firefox/1`, 'Unknown program'],
])('%s is %s', (userAgent, words) => expect(deviceWords(userAgent)).toBe(words));
