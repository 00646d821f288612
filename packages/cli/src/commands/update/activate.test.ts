import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog, systemClock } from '@oriel/base';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { activate } from './activate.ts';
import type { Services } from './services.ts';
import { Versions } from './versions.ts';

let prefix: string;
let versions: Versions;
let server: Server;
let url: string;
/** What happened, with the version that counted then. */
let done: string[];
/** Units that do not start with a version. */
let broken: Set<string>;
let isHealthy: boolean;

beforeEach(async () => {
	prefix = mkdtempSync(join(tmpdir(), 'oriel-activate-'));
	for (const name of ['0.1.0', '0.2.0']) {
		mkdirSync(join(prefix, name));
		writeFileSync(join(prefix, name, '.sha256'), '');
	}
	symlinkSync('0.1.0', join(prefix, 'current'));
	versions = new Versions(prefix);
	done = [];
	broken = new Set();
	isHealthy = true;
	server = createServer((_request, response) => response.writeHead(isHealthy ? 200 : 503).end());
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => {
	server.close();
	rmSync(prefix, { recursive: true, force: true });
});

const services: Services = {
	isRelayActive: true,
	cameras: ['oriel-camera.service'],
	isActive: (unit) => !broken.has(`${unit} gone`),
	restart(unit) {
		done.push(`${unit} ${versions.current}`);
		if (broken.has(`${unit} ${versions.current}`)) throw new Error(`systemctl restart ${unit}: it failed`);
	},
	stop: (unit) => void done.push(`stop ${unit}`),
};
const output = { isTerminal: false, columns: 80, write() {} };

function start() {
	const data = join(prefix, 'data');
	const relay = { env: new Map<string, string>(), data, url, pin: () => undefined };
	return activate('0.2.0', { versions, relay, services, clock: systemClock, log: silentLog, output });
}

describe('a switch', () => {
	it('restarts the relay, waits until it is well, then the cameras', async () => {
		await start();
		expect(done).toEqual(['oriel-relay.service 0.2.0', 'oriel-camera.service 0.2.0']);
		expect([versions.current, versions.previous]).toEqual(['0.2.0', '0.1.0']);
	});

	it.each([
		[
			'oriel-relay.service 0.2.0',
			['oriel-relay.service 0.2.0', 'oriel-relay.service 0.1.0', 'oriel-camera.service 0.1.0'],
		],
		[
			'oriel-camera.service 0.2.0',
			[
				'oriel-relay.service 0.2.0',
				'oriel-camera.service 0.2.0',
				'oriel-relay.service 0.1.0',
				'oriel-camera.service 0.1.0',
			],
		],
	])('is undone if %s fails, for all of them, which is said', async (unit, steps) => {
		broken.add(unit);
		await expect(start()).rejects.toThrow(
			/^Oriel 0\.2\.0 does not run here: .* it failed\. Oriel 0\.1\.0 runs again, as before$/,
		);
		expect(done).toEqual(steps);
		expect([versions.current, versions.previous]).toEqual(['0.1.0', undefined]);
	});

	it('says it if the old version does not start again either', async () => {
		broken.add('oriel-relay.service 0.2.0').add('oriel-relay.service 0.1.0');
		await expect(start()).rejects.toThrow(
			/does not run here: .*\. Oriel 0\.1\.0 does not start again either: systemctl/,
		);
		expect(versions.current).toBe('0.1.0');
	});

	it('is undone if the relay ends after its start', async () => {
		isHealthy = false;
		broken.add('oriel-relay.service gone');
		await expect(start()).rejects.toThrow('Oriel 0.2.0 does not run here: the service has ended');
		expect(versions.current).toBe('0.1.0');
	});
});
