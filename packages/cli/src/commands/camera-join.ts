import { hostname } from 'node:os';
import { joinRelay } from '@oriel/agent';
import { Secret } from '@oriel/base';
import { readPairingCode } from '@oriel/relay';
import { flag, text } from '../options/option.ts';
import { readOptions } from '../options/read.ts';
import { UsageError } from '../options/usage-error.ts';
import { defaultCameraDirectory, keepCamera } from '../platform/joined-cameras.ts';
import { cameraCommand, cameraOptions } from './camera.ts';
import type { Command } from './command.ts';
import { logOption } from './shared-options.ts';

const own = {
	relay: { kind: text('URL'), help: 'the relay, if only a code is given' },
	'only-pair': { kind: flag, help: 'exit once the key is stored; do not send video yet' },
} as const;
const options = { ...own, ...cameraOptions, log: logOption } as const;
const USAGE = 'camera join CODE_OR_URL [options of "oriel camera"]';

/** What is in the line that the relay's page shows. */
export interface Pairing {
	readonly relay: string;
	readonly code: Secret;
	readonly pin: string | undefined;
}

/** Pairs this machine with a relay and sends pictures from then on. */
export const cameraJoin: Command = {
	name: 'camera join',
	usage: USAGE,
	help: 'Pairs this machine with a relay by the line that its page shows under "Add a camera", then sends video.',
	options,
	keepsRunning: true,
	async run(context, argv) {
		const { values, words } = await readOptions(options, argv, context.env);
		const [given, ...more] = words;
		if (given === undefined || more.length > 0) throw new UsageError(`No code was given; expected: oriel ${USAGE}`);
		const pairing = readPairing(given, values.relay);
		const { env, clock, log } = context;
		const joined = await joinRelay({ ...pairing, machine: hostname(), clock });
		const name = values.name;
		if (name !== undefined && name !== joined.camera) {
			log.warn(`this code is for the camera "${joined.camera}"; --name ${name} is ignored`);
		}
		const path = keepCamera(values['state-dir'] ?? defaultCameraDirectory(env), { ...joined, title: values.title });
		context.print(`This machine is now the camera "${joined.camera}" of ${joined.relays[0]}.\n`);
		context.print(`Its key is kept in ${path}; from now on "oriel camera" is enough.\n`);
		if (values['only-pair']) return;
		// From here on it is `oriel camera`, which finds relay, key and pin where they were kept.
		const found = { ORIEL_NAME: joined.camera, ORIEL_RELAY: undefined, ORIEL_CAMERA_KEY: undefined };
		await cameraCommand.run({ ...context, env: { ...env, ...found } }, withoutOwn(argv, given));
	},
};

/** Reads a pairing URL (`https://HOST/#pair=CODE[.PIN]`), or a bare code for the relay that is named beside it. */
export function readPairing(given: string, relay: string | undefined): Pairing {
	if (!URL.canParse(given)) {
		const code = codeIn(given);
		if (relay === undefined) {
			throw new UsageError('A code alone does not name the relay; add --relay https://cam.example.org');
		}
		return { relay, code, pin: undefined };
	}
	const url = new URL(given);
	const [, code, pin] = /^#pair=([^.]+)(?:\.([\w-]{43}))?$/.exec(url.hash) ?? [];
	if (code === undefined) {
		throw new UsageError('This address holds no pairing code; expected the whole line from the relay’s page');
	}
	url.hash = '';
	return {
		relay: url.href.replace(/\/$/, ''),
		code: codeIn(code),
		pin: pin && `sha256/${pin.replaceAll('-', '+').replaceAll('_', '/')}=`,
	};
}

function codeIn(given: string): Secret {
	const code = readPairingCode(given);
	// What was given is not repeated: it may be a secret of another kind.
	if (code === undefined) throw new UsageError('That is no pairing code; expected 26 letters and digits');
	return new Secret(code);
}

/** The command line of `oriel camera` in that of `oriel camera join`. */
function withoutOwn(argv: readonly string[], given: string): string[] {
	const isOwn = (word: string) => word === given || word === '--only-pair' || word.startsWith('--relay=');
	const hasValue = (word: string | undefined) => word === '--relay' || word === '--name';
	return argv.filter((word, at) => {
		return !isOwn(word) && !word.startsWith('--name=') && !hasValue(word) && !hasValue(argv[at - 1]);
	});
}
