import { spawn } from 'node:child_process';
import { canPin, LOAD_CORE } from '../testbed/testbed.mjs';

/** A kernel's scheduler gives a browser, which sleeps between two frames, its turn before programs that never do. */
const PRECEDENCE = -10;

/** Programs that take the core of the viewers, as many as there are told, before anything else. The returned function ends them. */
export function startBusyLoops(count) {
	const pin = canPin ? ['taskset', '-c', String(LOAD_CORE)] : [];
	const [program, ...args] = ['nice', '-n', String(PRECEDENCE), ...pin, process.execPath, '-e', 'for (;;);'];
	const loops = Array.from({ length: count }, () => spawn(program, args, { stdio: 'ignore' }));
	const end = () => {
		for (const loop of loops) loop.kill('SIGKILL');
		process.off('exit', end);
	};
	process.once('exit', end);
	return end;
}
