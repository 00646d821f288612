// `npm start`: builds what is missing, then shows the demo.
import { spawn } from 'node:child_process';
import { ensureBuilt, ROOT } from './ensure.mjs';

ensureBuilt();
const demo = spawn(process.execPath, ['packages/cli/bin/oriel.mjs', 'demo', ...process.argv.slice(2)], {
	cwd: ROOT,
	stdio: 'inherit',
});
// The terminal sends Ctrl-C to both; the demo ends by itself and this one waits for it.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => demo.kill('SIGTERM'));
demo.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)));
