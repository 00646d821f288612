// Asks the registry for known weaknesses of what ships. Where there is no network, that is said aloud and is no failure.
import { spawnSync } from 'node:child_process';

const PATIENCE_MS = 30_000;

/** Known weaknesses in words. `say` hears when nothing could be learnt. */
export function checkAudit(root, say) {
	const { stdout } = spawnSync('npm', ['audit', '--omit=dev', '--json', '--fetch-retries=0'], {
		cwd: root,
		encoding: 'utf8',
		timeout: PATIENCE_MS,
	});
	return auditProblems(stdout ?? '', say);
}

/** The same for what npm has printed. */
export function auditProblems(printed, say) {
	const report = parse(printed);
	if (report?.metadata?.vulnerabilities === undefined) {
		const reason = report?.error?.summary || report?.message || 'no answer';
		say(`NOT CHECKED: the registry could not be asked for known weaknesses (${String(reason).split('\n', 1)[0]})`);
		return [];
	}
	return Object.values(report.vulnerabilities).map(({ name, severity, via }) => {
		const titles = via.map((one) => (typeof one === 'string' ? `through ${one}` : `${one.title} ${one.url}`));
		return `${name} (${severity}): ${titles.join('; ')}`;
	});
}

function parse(text) {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}
