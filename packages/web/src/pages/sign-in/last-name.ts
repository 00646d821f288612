const KEY = 'oriel-name';
/** Who set the relay up, and the only one on many relays. */
const OWNER = 'owner';

/** Who signed in last in this browser. */
export function lastName(): string {
	try {
		return localStorage.getItem(KEY) || OWNER;
	} catch {
		return OWNER;
	}
}

/** Remembers who signed in. */
export function rememberName(name: string | null): void {
	try {
		if (name) localStorage.setItem(KEY, name);
	} catch {
		// A browser that keeps nothing asks for the name again.
	}
}
