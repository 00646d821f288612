import { BlockList, isIP } from 'node:net';

/** `10.0.0.0/8`, `192.0.2.7` or the same for IPv6. */
export function isAddressRange(text: string): boolean {
	const [address = '', bits, ...rest] = text.split('/');
	const family = isIP(address);
	if (family === 0 || rest.length > 0) return false;
	return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 6 ? 128 : 32));
}

/** Some addresses and ranges of addresses, each as `isAddressRange` accepts them. */
export class AddressRanges {
	readonly #list = new BlockList();

	constructor(ranges: readonly string[]) {
		for (const range of ranges) {
			const [address = '', bits] = range.split('/');
			const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
			if (bits === undefined) this.#list.addAddress(address, family);
			else this.#list.addSubnet(address, Number(bits), family);
		}
	}

	/** Whether `address` is in one of the ranges; no for what is no address. IPv4 inside of IPv6 counts as IPv4. */
	has(address: string | undefined): boolean {
		const plain = plainAddress(address ?? '');
		const family = isIP(plain);
		return family !== 0 && this.#list.check(plain, family === 6 ? 'ipv6' : 'ipv4');
	}
}

/** An address as people write it: a server that listens for IPv6 sees IPv4 as `::ffff:192.0.2.7`, with a zone for link-local. */
export function plainAddress(address: string): string {
	return address.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '');
}
