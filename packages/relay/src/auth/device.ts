/** Longest `User-Agent` that is looked at. */
const MAX_LENGTH = 512;

// The first that fits: browsers name their relatives too.
const BROWSERS: readonly (readonly [RegExp, string])[] = [
	[/\bEdg(e|A|iOS)?\//, 'Edge'],
	[/\bOPR\//, 'Opera'],
	[/\bSamsungBrowser\//, 'Samsung Internet'],
	[/\b(Firefox|FxiOS)\//, 'Firefox'],
	[/\b(Chrome|Chromium|CriOS|HeadlessChrome)\//, 'Chrome'],
	[/\bSafari\//, 'Safari'],
	[/^curl\//, 'curl'],
];

const MACHINES: readonly (readonly [RegExp, string])[] = [
	[/\biPhone\b/, 'iPhone'],
	[/\biPad\b/, 'iPad'],
	[/\bAndroid\b/, 'Android'],
	[/\bWindows\b/, 'Windows'],
	[/\bMac OS X\b|\bMacintosh\b/, 'Mac'],
	[/\bCrOS\b/, 'Chromebook'],
	[/\bLinux\b/, 'Linux'],
];

/** A few words for a browser and its machine, e.g. `Firefox on Linux`: enough for the owner to know the own ones. */
export function deviceWords(userAgent: string | undefined): string {
	const text = (userAgent ?? '').slice(0, MAX_LENGTH);
	const browser = BROWSERS.find(([pattern]) => pattern.test(text))?.[1] ?? 'Unknown program';
	const machine = MACHINES.find(([pattern]) => pattern.test(text))?.[1];
	return machine ? `${browser} on ${machine}` : browser;
}
