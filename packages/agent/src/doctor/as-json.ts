import { onOneLine } from '../detect/findings/finding.ts';
import type { Examination } from './examine.ts';

/** What is kept of each output of a program: enough for any that is known. */
const MAX_OUTPUT_LETTERS = 16_000;

/** An examination for bug reports: everything that was asked and answered, never a picture, and no password. `more`: what else was found. */
export function asJson({ detected, findings, probes, ...rest }: Examination, more: object = {}): string {
	const { place, rights, detections, candidates } = detected;
	const content = {
		...rest,
		...more,
		findings: findings.map((finding) => ({ ...finding, line: onOneLine(finding) })),
		candidates: candidates.map(({ score, reason, label, camera, codec, method }) => {
			return { score, reason, label, camera, codec, by: method.name };
		}),
		facts: Object.assign({ place, rights }, ...detections.map(({ facts }) => facts)),
		probes: probes.map(({ asked, answer: { stdout, stderr, ...answer } }) => {
			return { asked, ...answer, stdout: beginning(stdout), stderr: beginning(stderr) };
		}),
	};
	return `${JSON.stringify(content, null, '\t')}\n`;
}

function beginning(output: string): string {
	return output.slice(0, MAX_OUTPUT_LETTERS);
}
