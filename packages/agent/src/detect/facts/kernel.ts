import type { DetectContext } from '../context.ts';
import { type KernelLog, parseKernelLog } from '../outputs/kernel-log.ts';

/** Most systems keep it from users who are not root; the journal is open to those who administer the machine. */
export async function readKernelLog({ computer }: Pick<DetectContext, 'computer'>): Promise<KernelLog | undefined> {
	const journal = ['-k', '-b', '-o', 'cat', '--no-pager', '-n', '4000'];
	for (const [program, args] of [
		['dmesg', []],
		['journalctl', journal],
	] as const) {
		const answer = await computer.ask(program, args);
		if (answer.code === 0 && answer.stdout !== '') return parseKernelLog(answer.stdout);
	}
	return undefined;
}
