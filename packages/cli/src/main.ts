import { setDefaultAutoSelectFamilyAttemptTimeout } from 'node:net';
import { reasonOf, systemClock } from '@oriel/base';
import type { Command, Context } from './commands/command.ts';
import { helpOf, overview } from './commands/help.ts';
import { COMMANDS, commandIn } from './commands/list.ts';
import { openTerminal } from './logging/terminal-log.ts';
import type { Environment } from './options/read.ts';
import { UsageError } from './options/usage-error.ts';
import { containFaults } from './platform/contain-faults.ts';
import { VERSION } from './platform/installation.ts';

/**
 * A name may have an IPv6 and an IPv4 address, which Node tries one after the other. It gives each 250 ms, less than one
 * round trip by satellite or over a busy mobile network: then none would ever connect.
 */
const ADDRESS_TIMEOUT_MS = 2500;

const DONE = 0;
const FAILED = 1;
const MISUSED = 2;
const INTERRUPTED = 130;

/** A program that has nothing more to do ends at once, unless a disk does not answer: that must not keep it. */
const END_ANYWAY_MS = 5000;

/** Runs the program: finds the command, runs it, gives the exit code. */
export async function main(argv: readonly string[], env: Environment): Promise<number> {
	setDefaultAutoSelectFamilyAttemptTimeout(ADDRESS_TIMEOUT_MS);
	const print = (text: string) => void process.stdout.write(text);
	const complain = (text: string) => void process.stderr.write(text);
	if (argv[0] === '--version') {
		print(`${VERSION}\n`);
		return DONE;
	}
	const listed = commandIn(argv);
	if (!listed) {
		const wantsHelp = argv.length === 0 || argv[0] === 'help' || argv[0] === '--help' || argv[0] === '-h';
		if (!wantsHelp) complain(`oriel: there is no command "${argv[0]}"\n\n`);
		(wantsHelp ? print : complain)(overview(await Promise.all(COMMANDS.map(({ load }) => load()))));
		return wantsHelp ? DONE : MISUSED;
	}
	const command = await listed.load();
	const rest = argv.slice(command.name.split(' ').length);
	if (rest.includes('--help') || rest.includes('-h')) {
		print(helpOf(command));
		return DONE;
	}
	return runCommand(command, rest, env);
}

async function runCommand(command: Command, argv: readonly string[], env: Environment): Promise<number> {
	const terminal = await openTerminal(logStyle(argv, env));
	const { log, complain } = terminal;
	process.on('exit', terminal.flush);
	// Node's own words would go around the terminal, and wait for a reader that does not read.
	process.removeAllListeners('warning').on('warning', ({ message }) => log.warn('Node warns', { reason: message }));
	const stopping = new AbortController();
	let interrupted = false;
	const stop = (signal: NodeJS.Signals) => {
		// A second Ctrl-C means now.
		if (stopping.signal.aborted) process.exit(INTERRUPTED);
		interrupted = signal === 'SIGINT';
		stopping.abort();
	};
	process.on('SIGINT', stop).on('SIGTERM', stop);
	const exit = () => process.exit(FAILED);
	const context: Context = {
		clock: systemClock,
		env,
		// What a program of its own reads may be long: that waits for its reader.
		print: command.keepsRunning ? terminal.print : (text) => void process.stdout.write(text),
		log,
		stopping: stopping.signal,
		contain: (fault) => containFaults({ process, clock: systemClock, log, fault, exit }),
	};
	try {
		await command.run(context, argv);
		return interrupted ? INTERRUPTED : DONE;
	} catch (thrown) {
		complain(`oriel ${command.name}: ${reasonOf(thrown)}\n`);
		if (thrown instanceof UsageError) complain(`oriel ${command.name} --help tells more\n`);
		if (interrupted) return INTERRUPTED;
		return thrown instanceof UsageError ? MISUSED : FAILED;
	} finally {
		endAnyway();
	}
}

/** Neither the end of the event loop nor `process.exit` comes while a thread waits for a disk: both wait for the thread. */
function endAnyway(): void {
	setTimeout(() => process.kill(process.pid, 'SIGKILL'), END_ANYWAY_MS).unref();
}

/** The log must be there before the options have been read, to tell what is wrong with them. */
function logStyle(argv: readonly string[], env: Environment): 'json' | 'pretty' {
	const at = argv.findIndex((word) => word === '--log' || word.startsWith('--log='));
	const asked = at < 0 ? env.ORIEL_LOG : (argv[at]?.split('=')[1] ?? argv[at + 1]);
	if (asked === 'json' || asked === 'pretty') return asked;
	return process.stderr.isTTY ? 'pretty' : 'json';
}
