/** IPv6 hands out whole networks: all of a /64 count as one address. */
export function networkOf(address: string): string {
	const plain = ipv4Of(address);
	return plain ?? groupsOf(address).slice(0, 4).join(':');
}

/**
 * The networks that `address` is in, from the narrowest to the widest: for IPv4 the address and its /24; for IPv6 the
 * /64, the /56 that many providers give one customer, and the /48 that companies and tunnel brokers get.
 */
export function networksOf(address: string): string[] {
	const plain = ipv4Of(address);
	if (plain !== undefined) return [plain, `${plain.slice(0, plain.lastIndexOf('.'))}/24`];
	const [first, second, third, fourth] = groupsOf(address);
	const site = `${first}:${second}:${third}`;
	const subnet = Number.parseInt(fourth ?? '0', 16) & 0xff00;
	return [networkOf(address), `${site}:${subnet.toString(16)}/56`, `${site}/48`];
}

/** The IPv4 address, also where it is written inside of IPv6. */
function ipv4Of(address: string): string | undefined {
	if (!address.includes(':')) return address;
	return /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
}

/** The first four of eight groups, each in its shortest spelling. */
function groupsOf(address: string): string[] {
	const [head = '', tail] = address.split('::');
	const left = head.split(':').filter(Boolean);
	const right = tail?.split(':').filter(Boolean) ?? [];
	const zeros = tail === undefined ? [] : Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0');
	return [...left, ...zeros, ...right].slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16));
}
