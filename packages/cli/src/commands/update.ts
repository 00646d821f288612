import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { reasonOf } from '@oriel/base';
import { lockDirectory } from '@oriel/relay';
import { flag, textLike } from '../options/option.ts';
import { UsageError } from '../options/usage-error.ts';
import { terminalConfirmation } from '../platform/confirm.ts';
import { PROGRAM_DIRECTORY } from '../platform/installation.ts';
import { beginStep, terminalOutput } from '../platform/progress.ts';
import type { Context } from './command.ts';
import { define } from './define.ts';
import { activate } from './update/activate.ts';
import { fetchPackage } from './update/fetch-package.ts';
import { relayHere } from './update/relay-here.ts';
import { servicesHere } from './update/services.ts';
import { type TrialOptions, tryVersion } from './update/trial.ts';
import { unpack } from './update/unpack.ts';
import { Versions } from './update/versions.ts';

const USAGE = 'update PACKAGE --sha256 HEX | update --back';
const NO_SOURCE =
	'Oriel has no release address yet, so name the package: a file, or an address such as https://RELAY/oriel-VERSION.tgz of a relay that has the new version, and its SHA-256: oriel update PACKAGE --sha256 HEX';

/** Brings the program of this machine to another version. */
export const updateCommand = define({
	name: 'update',
	usage: USAGE,
	help: 'Tries a new version on a copy of the data, switches to it, and returns to the old one if it does not run.',
	options: {
		sha256: {
			kind: textLike('HEX', (value) => /^[0-9a-fA-F]{64}$/.test(value), 'expected 64 hexadecimal digits'),
			help: 'what the package must be',
		},
		back: { kind: flag, help: 'return to the version before' },
		yes: { kind: flag, help: 'do not ask' },
	},
	words: [0, 1],
	async run(context, { sha256, back = false, yes = false }, [source]) {
		if (back && (source ?? sha256) !== undefined) throw new UsageError('--back goes without a package');
		if (!back && source === undefined) throw new UsageError(NO_SOURCE);
		if (!back && sha256 === undefined)
			throw new UsageError('--sha256 HEX is missing: without it any package would be run');
		const versions = Versions.around(PROGRAM_DIRECTORY);
		versions.requireWritable(back ? 'update --back' : `update ${source} --sha256 ${sha256}`);
		const confirm = yes ? async () => true : terminalConfirmation();
		if (!confirm) throw new UsageError('There is no terminal to ask at; add --yes');
		// Others run the program, whatever this user's files are usually open to.
		process.umask(0o022);
		const unlock = await lockDirectory(versions.prefix, context.clock);
		try {
			await update(context, versions, confirm, back ? undefined : { source: source ?? '', sha256: sha256 ?? '' });
		} finally {
			await unlock();
		}
	},
});

interface Package {
	readonly source: string;
	readonly sha256: string;
}

async function update(
	context: Context,
	versions: Versions,
	confirm: (question: string) => Promise<boolean>,
	wanted: Package | undefined,
): Promise<void> {
	const { clock, env, log, print, stopping } = context;
	const draft = beginDraft(versions);
	const before = versions.current;
	let added: string | undefined;
	try {
		const name = wanted ? await bring(context, versions, draft, wanted) : previousOf(versions);
		if (name === before) {
			print(`Oriel ${name} is here already.\n`);
			return;
		}
		if (wanted && name !== versions.previous) added = name;
		const services = servicesHere(env);
		const relay = services.isRelayActive ? await relayHere(versions.prefix) : undefined;
		const restarts = [...(relay ? ['the relay'] : []), ...services.cameras.map(() => 'the cameras')];
		const also = restarts.length > 0 ? ` and restart ${[...new Set(restarts)].join(' and ')}` : '';
		if (!(await confirm(`Switch from Oriel ${before} to ${name}${also}?`))) {
			throw new Error('The answer was no. Nothing was changed');
		}
		if (relay) await tryOnCopy(name, { program: versions.home(name), relay, draft, clock, log });
		if (stopping.aborted) throw new Error('It was interrupted. Nothing was changed');
		await activate(name, { versions, relay, services, clock, log, output: terminalOutput });
		added = undefined;
		const gone = versions.prune();
		print(`Oriel ${name} runs. ${before} is kept: "oriel update --back" returns to it.\n`);
		if (gone.length > 0) print(`Removed: ${gone.join(', ')}.\n`);
	} finally {
		rmSync(draft, { recursive: true, force: true });
		if (added !== undefined) versions.remove(added);
	}
}

async function tryOnCopy(name: string, trial: TrialOptions): Promise<void> {
	const shown = { clock: trial.clock, output: terminalOutput };
	using step = beginStep(`Trying Oriel ${name} on a copy of the data`, undefined, shown);
	await tryVersion(trial).catch((cause) => {
		const words = `Oriel ${name} does not run on a copy of the data: ${reasonOf(cause)}. Nothing was changed`;
		throw new Error(words, { cause });
	});
	step.done();
}

/** What a killed update or installation has left goes. */
function beginDraft({ prefix }: Versions): string {
	for (const name of readdirSync(prefix)) {
		if (name.startsWith('.new.')) rmSync(join(prefix, name), { recursive: true, force: true });
	}
	const draft = join(prefix, `.new.${process.pid}`);
	mkdirSync(draft, { mode: 0o755 });
	return draft;
}

/** Puts a checked package beside the versions that are there. Gives its name. */
async function bring(
	{ clock, stopping }: Context,
	versions: Versions,
	draft: string,
	{ source, sha256 }: Package,
): Promise<string> {
	const digest = sha256.toLowerCase();
	const tarball = join(draft, 'oriel.tgz');
	await fetchPackage({ source, sha256: digest, to: tarball, clock, signal: stopping, output: terminalOutput });
	const program = join(draft, 'program');
	return versions.add(program, unpack(tarball, program), digest);
}

function previousOf(versions: Versions): string {
	const { previous } = versions;
	if (previous !== undefined) return previous;
	throw new Error(`There is no version before ${versions.current} in ${versions.prefix}`);
}
