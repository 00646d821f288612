import { linesOf } from './lines.ts';

/** What the kernel's log says about cameras. */
export interface KernelLog {
	/** Sensors that are configured and do not answer, e.g. `imx519`. */
	readonly silentSensors: readonly string[];
	/** Sensors that the kernel has taken into use, e.g. `imx708_wide`. */
	readonly usedSensors: readonly string[];
	/** The memory for pictures ran out. */
	readonly isOutOfMemory: boolean;
}

/** Reads the kernel's log, as `dmesg` or `journalctl -k` shows it. */
export function parseKernelLog(output: string): KernelLog {
	const silent = new Set<string>();
	const used = new Set<string>();
	let isOutOfMemory = false;
	for (const line of linesOf(output)) {
		const [, sensor] = /\b(\w+) [\da-f]+-[\da-f]{4}: failed to read chip id/.exec(line) ?? [];
		if (sensor !== undefined) silent.add(sensor);
		const [, found] = /: Using sensor (\w+)/.exec(line) ?? [];
		if (found !== undefined) used.add(found);
		if (line.includes('cma_alloc: alloc failed')) isOutOfMemory = true;
	}
	return { silentSensors: [...silent].slice(0, 16), usedSensors: [...used].slice(0, 16), isOutOfMemory };
}
