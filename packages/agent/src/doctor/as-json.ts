import { onOneLine } from '../detect/findings/finding.ts';
import type { Examination } from './examine.ts';

/** What is kept of each output of a program: enough for any that is known. */
const MAX_OUTPUT_LETTERS = 16_000;

/** An examination for bug reports: everything that was asked and answered, never a picture, and no password. */
export function asJson({ facts, candidates, findings, probes, ...rest }: Examination): string {
	const { cameraTool, ffmpeg, csi } = facts;
	const content = {
		...rest,
		findings: findings.map((finding) => ({ ...finding, line: onOneLine(finding) })),
		candidates: candidates.map(({ score, reason, label, camera, codec, way }) => {
			return { score, reason, label, camera, codec, by: way.by };
		}),
		facts: {
			...facts,
			cameraTool: cameraTool && { ...cameraTool, options: [...cameraTool.options] },
			ffmpeg: ffmpeg && { ...ffmpeg, encoders: ffmpeg.encoders.size },
			csi: csi && { isListed: csi.isListed, cameras: csi.cameras },
		},
		probes: probes.map(({ asked, answer: { stdout, stderr, ...answer } }) => {
			return { asked, ...answer, stdout: beginning(stdout), stderr: beginning(stderr) };
		}),
	};
	return `${JSON.stringify(content, null, '\t')}\n`;
}

function beginning(output: string): string {
	return output.slice(0, MAX_OUTPUT_LETTERS);
}
