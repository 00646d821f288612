// A process of attackers, until its standard input ends. Its argument is JSON: the attacks and their targets (`Wanted[]`).
// Without an argument it prints the names of the floods.
import { ATTACKS, FLOODS, type Wanted } from './all.ts';

const [, , argument] = process.argv;
if (argument === undefined) process.stdout.write(`${JSON.stringify(FLOODS)}\n`);
else await attack(JSON.parse(argument));

async function attack(wanted: readonly Wanted[]): Promise<void> {
	const over = new AbortController();
	process.stdin.resume().once('close', () => over.abort());
	process.stdout.write('{"event":"begun"}\n');
	await Promise.all(
		wanted.map(({ name, target }) => {
			const begin = ATTACKS[name];
			if (!begin) throw new Error(`There is no attack ${name}; see test/security/attacks/all.ts`);
			return begin(target, over.signal);
		}),
	);
	if (!over.signal.aborted) throw new Error(`${wanted.map(({ name }) => name).join(', ')} ended before being told to`);
}
