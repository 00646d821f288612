import { say, writeOut } from './camera.ts';
import type { Scenario } from './scenario.ts';

/** What the firmware says. It knows cameras of the old stack only. */
export function vcgencmd(args: readonly string[], scenario: Scenario): void {
	const answer = answerTo(args[0] ?? '', scenario);
	if (answer === undefined) {
		say('error=1 error_msg="Command not registered"');
		process.exit(1);
	}
	writeOut(Buffer.from(`${answer}\n`));
}

function answerTo(question: string, scenario: Scenario): string | undefined {
	switch (question) {
		case 'get_camera': {
			const isLegacy = scenario.board === 'legacy';
			const seen = isLegacy && !scenario.has('nocam') ? 1 : 0;
			return `supported=${isLegacy ? 1 : 0} detected=${seen}, libcamera interfaces=0`;
		}
		case 'get_throttled':
			return 'throttled=0x50005';
		case 'measure_temp':
			return "temp=39.2'C";
		default:
			return undefined;
	}
}
