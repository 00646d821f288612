import { spawnSync } from 'node:child_process';
import { cpus, loadavg, release } from 'node:os';

/** Where, when, on what and how a result came to be, as Markdown. */
export function provenance(command, root) {
	const cores = cpus();
	return [
		`- machine: ${cores.length} cores, ${cores[0]?.model.trim()}; Linux ${release()}; Node ${process.versions.node}`,
		`- date: ${new Date().toISOString().slice(0, 16)}Z; commit: ${commit(root)}; load before: ${loadavg()[0]?.toFixed(2)}`,
		`- command: \`${command}\``,
	].join('\n');
}

function commit(root) {
	const git = (...args) =>
		spawnSync('git', ['--no-optional-locks', ...args], { cwd: root, encoding: 'utf8' }).stdout?.trim();
	const hash = git('rev-parse', '--short', 'HEAD');
	if (!hash) return 'unknown';
	return git('status', '--porcelain', '--', 'packages', 'bench', ':!bench/RESULTS.md') ? `${hash} with changes` : hash;
}
