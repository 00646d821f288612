import { request } from 'node:http';
import type { Attack } from '@oriel/testing/attack';

/** Requests that are under way at once. */
const LANES = 8;

/**
 * A share link in hostile hands: it is opened again and again, from many addresses and each time as a new browser, and used, and
 * left; between that, sign-in links are guessed. All of it would write to the disk, fill the event log and push out other guests.
 */
export const guestFlood: Attack = async ({ port, share }, signal) => {
	let turn = 0;
	const lane = async () => {
		while (!signal.aborted) {
			const from = `127.0.${1 + (turn % 200)}.${1 + (turn++ % 250)}`;
			const cookie = await send(port, from, 'POST', { share });
			if (cookie) await send(port, from, 'GET', undefined, cookie);
			if (cookie && turn % 3 === 0) await send(port, from, 'DELETE', undefined, cookie);
			await send(port, from, 'POST', { link: `guess number ${turn}` });
		}
	};
	await Promise.all(Array.from({ length: LANES }, lane));
};

/** One request to `/api/session`; gives the cookie that came with the answer. A refusal or a reset is no reason to stop. */
function send(
	port: number,
	from: string,
	method: string,
	body?: unknown,
	cookie?: string,
): Promise<string | undefined> {
	return new Promise((resolve) => {
		const headers = { 'content-type': 'application/json', connection: 'close', ...(cookie ? { cookie } : {}) };
		const options = {
			port,
			host: '127.0.0.1',
			localAddress: from,
			path: '/api/session',
			method,
			headers,
			agent: false,
		};
		const call = request(options, (answer) => {
			answer.resume().on('close', () => resolve(answer.headers['set-cookie']?.[0]?.split(';', 1)[0]));
		});
		call.on('error', () => resolve(undefined));
		call.end(body === undefined ? undefined : JSON.stringify(body));
	});
}
