import { isRecord } from './request.ts';

/** For questions whose answer has no body. */
export function done(): true {
	return true;
}

/** A number; 0 for anything else. */
export function numberOf(value: unknown): number {
	return typeof value === 'number' && Number.isFinite(value) ? value : 0;
}

/** A text; empty for anything else. */
export function textOf(value: unknown): string {
	return typeof value === 'string' ? value : '';
}

/** A text, or null for anything else. */
export function textOrNull(value: unknown): string | null {
	return typeof value === 'string' ? value : null;
}

/** The texts of a list; null for anything but a list. */
export function textsOrNull(value: unknown): readonly string[] | null {
	return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : null;
}

/** Reads a list that stands under `key` in the body; what is no record is left out. */
export function listUnder<T>(
	key: string,
	readOne: (item: Readonly<Record<string, unknown>>) => T,
): (body: unknown) => T[] | undefined {
	return (body) => {
		const list = isRecord(body) ? body[key] : undefined;
		return Array.isArray(list) ? list.filter(isRecord).map(readOne) : undefined;
	};
}

/** A link to be given away: the page's own address, and the path that the relay has made. */
export function linkOf(path: unknown): string {
	return `${location.origin}${textOf(path)}`;
}
