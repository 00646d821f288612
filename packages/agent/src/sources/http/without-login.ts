import type { HttpAddress } from './http-address.ts';
import { Login } from './login.ts';

/** The address without the user name and the password in it, and what answers a camera that asks for them. */
export function withoutLogin({ url: given, host }: HttpAddress, random: () => number) {
	const url = new URL(given);
	const [user, password] = [unescaped(url.username), unescaped(url.password)];
	url.username = url.password = '';
	const login = user === '' && password === '' ? undefined : new Login({ user, password, random });
	return { address: { url, host }, login };
}

/** A `%` that escapes nothing is taken as it stands: passwords are pasted as they are. */
function unescaped(part: string): string {
	return part.replace(/(%[0-9a-f]{2})+/gi, (escaped) => {
		try {
			return decodeURIComponent(escaped);
		} catch {
			return escaped;
		}
	});
}
