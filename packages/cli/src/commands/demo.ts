import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSource, startAgent } from '@oriel/agent';
import { Lifetime, type Log, Secret, systemCode } from '@oriel/base';
import { addKey, changeData, type Relay, startRelay } from '@oriel/relay';
import { flag, integer } from '../options/option.ts';
import { PAGE_DIRECTORY, PROGRAM_DIRECTORY, VERSION } from '../platform/installation.ts';
import type { Context } from './command.ts';
import { define } from './define.ts';
import { stopped } from './relay.ts';
import { logOption } from './shared-options.ts';

const DEFAULT_PORT = 8080;

interface DemoCamera {
	readonly name: string;
	readonly title: string;
	readonly source: 'test' | 'test:h264';
}

const JPEG: DemoCamera = { name: 'test-pattern', title: 'Test pattern', source: 'test' };
const H264: DemoCamera = { name: 'test-pattern-h264', title: 'Test pattern H.264', source: 'test:h264' };

/** A relay and two cameras on this machine, for looking at. No other machine can reach it, and nothing of it stays. */
export const demoCommand = define({
	name: 'demo',
	usage: 'demo [--port 8080] [--h264]',
	help: 'Runs a relay and moving test patterns on this machine only.',
	options: {
		port: { kind: integer('N', 0, 65_535), help: 'port to listen on', fallback: `${DEFAULT_PORT}, or any free one` },
		h264: { kind: flag, help: 'show the H.264 camera alone', fallback: 'it and one of JPEGs' },
		log: logOption,
	},
	keepsRunning: true,
	async run(context, { port, h264 }) {
		const data = mkdtempSync(join(tmpdir(), 'oriel-demo-'));
		try {
			const cameras = await changeData(data, context, (files) =>
				(h264 ? [H264] : [JPEG, H264]).map((camera) => {
					return { ...camera, key: new Secret(addKey(files, context.clock, camera.name)) };
				}),
			);
			await using relay = await startSomewhere(data, port, quiet(context));
			const address = `http://127.0.0.1:${relay.port}`;
			await using agents = new Lifetime();
			for (const camera of cameras) agents.use(startCamera(address, camera, quiet(context)));
			context.print(greeting(`${address}/#sign-in=${relay.owner.newSignInLink()}`));
			await stopped(context.stopping);
		} finally {
			rmSync(data, { recursive: true, force: true });
		}
	},
});

/** On the port that was asked for; if none was and the usual one is taken, on any free one. */
async function startSomewhere(data: string, port: number | undefined, context: Context): Promise<Relay> {
	const own = { version: VERSION, page: PAGE_DIRECTORY, program: PROGRAM_DIRECTORY };
	const start = (on: number) => startRelay({ data, host: '127.0.0.1', port: on }, { ...context, ...own });
	try {
		return await start(port ?? DEFAULT_PORT);
	} catch (failure) {
		if (port !== undefined || systemCode(failure) !== 'EADDRINUSE') throw failure;
		return start(0);
	}
}

function startCamera(relay: string, camera: DemoCamera & { readonly key: Secret }, { clock, log }: Context) {
	const random = Math.random;
	const { name, title, key } = camera;
	const settings = { fps: 24, preview: true };
	const source = openSource(camera.source, { name, title, settings, input: process.stdin, clock, random });
	return startAgent({ relay, name, title, key, source }, { version: VERSION, clock, log, random });
}

/** In a demo only trouble is worth a line. */
function quiet(context: Context): Context {
	const still = (log: Log): Log => ({ ...log, debug() {}, info() {}, with: (fields) => still(log.with(fields)) });
	return { ...context, log: still(context.log) };
}

function greeting(link: string): string {
	return `\n  Oriel demo: open this link to watch\n\n  ${link}\n\n  Ctrl-C ends it.\n\n`;
}
