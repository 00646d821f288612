// `npm run test:long`: what is too long for every day. First all tests again, one file after another, with the limits in
// real time that count only on a machine that does nothing else; then the long ones. `--project=long` runs those alone.
import { prepare } from './test/prepare.mjs';
import { runTests } from './test/run.mjs';

prepare();
process.exitCode = runTests(process.argv.slice(2), { ORIEL_TEST_TIMES: 'real' });
