// `npm test`: builds what is missing, makes sure of Chromium and ffmpeg, runs every test but the long ones.
import { prepare } from './test/prepare.mjs';
import { runTests } from './test/run.mjs';

prepare();
const args = process.argv.slice(2);
const choosesProject = args.some((arg) => arg.startsWith('--project'));
process.exitCode = runTests(choosesProject ? args : ['--project=!long', ...args]);
