/** Milliseconds of processor time that this process spends on `work`. What other programs do meanwhile is not in it. */
export function processorMs(work: () => void): number {
	const before = process.cpuUsage();
	work();
	const { user, system } = process.cpuUsage(before);
	return (user + system) / 1000;
}
