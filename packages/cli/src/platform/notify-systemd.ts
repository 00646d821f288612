import { spawn } from 'node:child_process';
import { type Cancel, type Clock, type Log, type Millis, millis, reasonOf } from '@oriel/base';
import type { Environment } from '../options/read.ts';

/** Sends words like `READY=1` to systemd; resolves when it has them. */
export type Notify = (words: readonly string[]) => Promise<void>;

export interface ServiceOptions {
	/** With NOTIFY_SOCKET if systemd wants to hear of us, with WATCHDOG_USEC if it wants to hear regularly. */
	readonly env: Environment;
	readonly clock: Clock;
	readonly log: Log;
	/** What `systemctl status` shows, e.g. `2 cameras: porch, yard`. */
	readonly status: () => string;
	/** Whether the work really goes on: else nothing is said, and systemd ends and restarts us. */
	readonly isAlive: () => boolean;
	/** Default: a child `systemd-notify`. Node has no sockets of this kind. */
	readonly notify?: Notify;
}

/** Of three words in the time that systemd waits, two may get lost. */
const WORDS_A_WATCH = 3;
/** `systemd-notify` waits for systemd, which may be busy; one that hangs must not stop the next. */
const GIVE_UP_MS: Millis = 5000;

/**
 * Tells systemd that this service is ready, and again and again that it is alive. Without systemd it does nothing. To be
 * called when the work has begun; cancelling says that the end has begun.
 */
export function serveSystemd(options: ServiceOptions): Cancel {
	const { env, clock, log, status, isAlive, notify = systemdNotify } = options;
	if (!env.NOTIFY_SOCKET) return () => undefined;
	let speaking: Promise<void> | undefined;
	let wasAlive = true;
	let complained = false;
	const speak = async (words: readonly string[]) => {
		try {
			await notify(words);
			complained = false;
		} catch (failure) {
			if (!complained) log.error('systemd could not be told that this service is alive', { reason: reasonOf(failure) });
			complained = true;
		}
		speaking = undefined;
	};
	const beat = () => {
		if (isAlive()) {
			wasAlive = true;
			// Said again each time: the first may have been lost.
			speaking ??= speak(['READY=1', `STATUS=${status()}`, 'WATCHDOG=1']);
		} else if (wasAlive) {
			wasAlive = false;
			log.error('the way to the relay is stuck; systemd will restart this service');
		}
	};
	const watch = millis(Number(env.WATCHDOG_USEC));
	const stop = watch > 0 ? clock.every(watch / WORDS_A_WATCH, beat) : () => undefined;
	beat();
	return () => {
		stop();
		void (speaking ?? Promise.resolve()).then(() => speak(['STOPPING=1']));
	};
}

const systemdNotify: Notify = (words) =>
	new Promise((resolve, reject) => {
		const child = spawn('systemd-notify', [...words], { stdio: 'ignore', timeout: GIVE_UP_MS, killSignal: 'SIGKILL' });
		child.once('error', reject);
		child.once('exit', (code, signal) => {
			if (code === 0) resolve();
			else reject(new Error(`systemd-notify ended with ${code ?? signal}`));
		});
	});
