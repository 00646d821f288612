import { AgentError, asJson, type Examination, examine, reportOf, systemComputer } from '@oriel/agent';
import { text } from '../options/option.ts';
import { UsageError } from '../options/usage-error.ts';
import type { Context } from './command.ts';
import { define } from './define.ts';
import { type Finding, findingsText } from './doctor/finding.ts';
import { lookFromOutside } from './doctor/from-outside.ts';
import { knownRelays } from './doctor/known-relays.ts';
import { relayAddress } from './doctor/relay-address.ts';
import { cameraPinOption, jsonOption } from './shared-options.ts';

/** What is there, what is missing, and how to fix it: on the machine beside the camera. */
export const doctorCommand = define({
	name: 'doctor',
	usage: 'doctor [RELAY_URL] [--source SPEC] [--camera-pin PIN] [--json]',
	help: 'Detects cameras, tries the best one for three seconds, looks at their relay from here, and reports problems.',
	options: {
		source: { kind: text('SPEC'), help: 'what to try, as in oriel camera', fallback: 'auto' },
		'camera-pin': cameraPinOption,
		json: jsonOption,
	},
	words: [0, 1],
	async run(context, { source = 'auto', 'camera-pin': cameraPin, json }, [word]) {
		const asked =
			word === undefined ? knownRelays(context.env) : { relays: [{ url: word, pin: undefined }], unread: [] };
		const targets = asked.relays.map(({ url, pin }) => ({ url: relayAddress(url), pin }));
		const examination = await examined(context, source, cameraPin);
		const looks = targets.map(async ({ url, pin }): Promise<RelayLook> => {
			return { relay: url.origin, findings: await lookFromOutside(url, context.clock, { pin }) };
		});
		const relays = await Promise.all(looks);
		const { unread } = asked;
		context.print(json ? asJson(examination, { relays, unread }) : reportOf(examination));
		if (!json) context.print(relayReport(relays, unread));
		const closed = relays.filter(({ findings }) => findings.some(({ verdict }) => verdict === 'bad'));
		// The report has said why; the exit code says it to programs.
		if (!examination.isWell) throw new Error('no frames arrived; the report says why');
		if (closed.length > 0)
			throw new Error(`${closed.map(({ relay }) => relay).join(', ')} cannot be used from here; the report says why`);
	},
});

/** A relay as this machine sees it. */
interface RelayLook {
	readonly relay: string;
	readonly findings: readonly Finding[];
}

function relayReport(relays: readonly RelayLook[], unread: readonly Finding[]): string {
	const sections = relays.map(
		({ relay, findings }) => `\nThe relay ${relay}, as this machine sees it\n${findingsText(findings)}`,
	);
	return [...sections, ...(unread.length > 0 ? [`\n${findingsText(unread)}`] : [])].join('');
}

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
