import type { FirewallSource } from './firewall/read-firewall.ts';

/** Whether this kernel has the congestion control BBR, built in or as a module. */
export function hasBbr({ look, read }: FirewallSource): boolean {
	const available = read('/proc/sys/net/ipv4/tcp_available_congestion_control') ?? '';
	return /\bbbr\b/.test(available) || look('modinfo', 'tcp_bbr') !== undefined;
}
