import { spawnSync } from 'node:child_process';

/** What a program prints; undefined if it is not there or fails. */
export type Look = (program: string, ...args: readonly string[]) => string | undefined;

/** Rulesets with large address lists are some megabytes. */
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;

/** A program that waits for another, as firewall-cmd does for D-Bus, is not waited for indefinitely. */
const TIMEOUT_MS = 20_000;

/** Asks the programs of this machine. */
export const lookHere: Look = (program, ...args) => {
	const { status, stdout } = spawnSync(program, args, {
		encoding: 'utf8',
		stdio: ['ignore', 'pipe', 'ignore'],
		maxBuffer: MAX_OUTPUT_BYTES,
		timeout: TIMEOUT_MS,
	});
	return status === 0 ? stdout : undefined;
};
