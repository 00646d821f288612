// `npm test`: builds what is missing, makes sure of Chromium and ffmpeg, runs every test.
import { spawnSync } from 'node:child_process';
import { bin, ensureBuilt, ROOT } from './ensure.mjs';
import { ensureTools } from './ensure-tools.mjs';

ensureBuilt();
ensureTools({
	chromium: ['chromium', 'chromium-browser', 'google-chrome'],
	ffmpeg: ['ffmpeg'],
	curl: ['curl'],
	python3: ['python3'],
	pebble: ['pebble', 'pebble-challtestsrv'],
	systemd: ['systemd-analyze'],
});
const { status } = spawnSync(bin('vitest'), ['run', ...process.argv.slice(2)], { cwd: ROOT, stdio: 'inherit' });
process.exit(status ?? 1);
