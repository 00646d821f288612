import { AgentError, asJson, type Examination, examine, reportOf, systemComputer } from '@oriel/agent';
import { text } from '../options/option.ts';
import { UsageError } from '../options/usage-error.ts';
import type { Context } from './command.ts';
import { define } from './define.ts';
import { cameraPinOption, jsonOption } from './shared-options.ts';

/** What is there, what is missing, and how to mend it: on the machine beside the camera. */
export const doctorCommand = define({
	name: 'doctor',
	usage: 'doctor [--source SPEC] [--camera-pin PIN] [--json]',
	help: 'Detects cameras, tries the best one for three seconds, and reports problems.',
	options: {
		source: { kind: text('SPEC'), help: 'what to try, as in oriel camera', fallback: 'auto' },
		'camera-pin': cameraPinOption,
		json: jsonOption,
	},
	async run(context, { source = 'auto', 'camera-pin': cameraPin, json }) {
		const examination = await examined(context, source, cameraPin);
		context.print(json ? asJson(examination) : reportOf(examination));
		// The report has said why; the exit code says it to programs.
		if (!examination.isWell) throw new Error('no frames arrived; the report says why');
	},
});

async function examined(
	{ clock, env, stopping }: Context,
	source: string,
	cameraPin: string | undefined,
): Promise<Examination> {
	const computer = systemComputer({ clock, root: env.ORIEL_MACHINE_ROOT });
	const platform = { computer, input: process.stdin, clock, random: Math.random };
	const options = { source, cameraPin, ...platform, signal: stopping };
	try {
		return await examine(options);
	} catch (thrown) {
		if (thrown instanceof AgentError) throw new UsageError(thrown.message, { cause: thrown });
		throw thrown;
	}
}
