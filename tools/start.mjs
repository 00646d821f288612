// `npm start`: builds what is missing, then shows the demo.
import { ensureBuilt } from './ensure.mjs';

ensureBuilt();
const { main } = await import('../packages/cli/dist/bundle/main.js');
process.exitCode = await main(['demo', ...process.argv.slice(2)], process.env);
