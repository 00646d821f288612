import { type Clock, type Log, reasonOf } from '@oriel/base';
import { dataFormatAt, putDataFormatBack } from '@oriel/relay';
import { beginStep, type ProgressOutput } from '../../platform/progress.ts';
import { RELAY_UNIT } from '../../service/relay-service.ts';
import { askHealth, untilHealthy } from './health.ts';
import type { RelayHere } from './relay-here.ts';
import type { Services } from './services.ts';
import type { Versions } from './versions.ts';

const ENDED = `the service has ended; "journalctl -u oriel-relay -n 20" says why`;

export interface ActivateOptions {
	readonly versions: Versions;
	/** undefined: this machine has none that runs this program. */
	readonly relay: RelayHere | undefined;
	readonly services: Services;
	readonly clock: Clock;
	readonly log: Log;
	readonly output: ProgressOutput;
}

/**
 * Lets the services run another version. If one of them does not, all of them get the version before, and the relay its data
 * as that version left it; then it rejects and says so.
 */
export async function activate(name: string, options: ActivateOptions): Promise<void> {
	const { versions, relay } = options;
	const { current, previous } = versions;
	const format = relay && (await dataFormatAt(relay.data));
	versions.switchTo(name);
	try {
		await restart(`Starting Oriel ${name}`, options);
	} catch (cause) {
		versions.switchBack(current, previous);
		const failed = `Oriel ${name} does not run here: ${reasonOf(cause)}`;
		await goBack(`Starting Oriel ${current} again`, format, options).catch((second) => {
			throw new Error(`${failed}. Oriel ${current} does not start again either: ${reasonOf(second)}`, { cause });
		});
		throw new Error(`${failed}. Oriel ${current} runs again, as before`, { cause });
	}
}

async function goBack(words: string, format: number | undefined, options: ActivateOptions): Promise<void> {
	const { relay, services, clock, log } = options;
	if (relay && format !== undefined && format !== (await dataFormatAt(relay.data))) {
		services.stop(RELAY_UNIT);
		await putDataFormatBack(relay.data, format, { clock, log });
	}
	await restart(words, options);
}

async function restart(words: string, { relay, services, clock, output }: ActivateOptions): Promise<void> {
	using step = beginStep(words, undefined, { clock, output });
	if (relay) {
		services.restart(RELAY_UNIT);
		const ended = () => (services.isActive(RELAY_UNIT) ? undefined : ENDED);
		const ask = () => askHealth({ url: relay.url, pin: relay.pin, clock });
		await untilHealthy({ clock, ask, ended });
	}
	for (const unit of services.cameras) services.restart(unit);
	step.done();
}
