import { spawn } from 'node:child_process';
import { canPin, LOAD_CORE } from '../testbed/testbed.mjs';

/** Programs that take the core of the viewers, as many as there are told. The returned function ends them. */
export function startBusyLoops(count) {
	const pin = canPin ? ['taskset', '-c', String(LOAD_CORE)] : [];
	const [program, ...args] = [...pin, process.execPath, '-e', 'for (;;);'];
	const loops = Array.from({ length: count }, () => spawn(program, args, { stdio: 'ignore' }));
	const end = () => {
		for (const loop of loops) loop.kill('SIGKILL');
		process.off('exit', end);
	};
	process.once('exit', end);
	return end;
}
