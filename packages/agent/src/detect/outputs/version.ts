/** Major, minor, patch. */
export type Version = readonly [major: number, minor: number, patch: number];

/** A version out of a text like `v1.5.2`, `5.1.9-0+deb12u1`, `n7.0`; undefined for anything else, e.g. a commit. */
export function parseVersion(text: string): Version | undefined {
	const [, major, minor, patch = '0'] = /^[vn]?(\d{1,4})\.(\d{1,4})(?:\.(\d{1,6}))?/.exec(text) ?? [];
	return major && minor ? [Number(major), Number(minor), Number(patch)] : undefined;
}

/** Whether `version` is `wanted` or newer. One that is not known is older than all. */
export function isAtLeast(version: Version | undefined, wanted: Version): boolean {
	if (!version) return false;
	const place = [0, 1, 2].find((index) => version[index] !== wanted[index]);
	return place === undefined || (version[place] ?? 0) > (wanted[place] ?? 0);
}
