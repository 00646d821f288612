// `feed.mjs FIXTURE DIARY URL`: a camera that plays the fixture, through the real agent, which reads it from its stdin.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { play } from './play.mjs';

const [fixture, diary, url] = process.argv.slice(2);
const oriel = fileURLToPath(new URL('../../packages/cli/bin/oriel.mjs', import.meta.url));
const command = [oriel, 'camera', url, '--name', 'slow-link', '--source', '-', '--log', 'json'];
const agent = spawn(process.execPath, command, { stdio: ['pipe', 'ignore', 'inherit'] });
agent.stdin.on('error', () => {});
agent.once('exit', (code) => process.exit(code ?? 1));
process.once('SIGTERM', () => agent.kill('SIGTERM'));
play(fixture, diary, (unit) => agent.stdin.write(unit));
