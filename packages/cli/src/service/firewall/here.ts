import { readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { lookHere } from './look.ts';
import { type FirewallSource, type Outside, outsideOf } from './read-firewall.ts';

/** This machine's programs and files. */
export const sourceHere: FirewallSource = {
	look: lookHere,
	read(path) {
		try {
			return readFileSync(path, 'utf8');
		} catch {
			return undefined;
		}
	},
};

/** Where connections from other machines come into this one. */
export function outsideHere(): Outside {
	const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
	const own = all.filter(({ internal }) => !internal).map(({ address }) => address);
	return outsideOf(sourceHere.read, own);
}
