import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '@oriel/testing/program';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { only, stages } from './dockerfile.ts';
import { tool } from './tool.ts';

const PATH = 'deploy/container/compose.yaml';

let relay: Record<string, unknown>;
let volumes: unknown;

/** As compose understands the file. */
beforeAll(() => {
	const { status, output } = tool('docker-compose', '--file', PATH, 'config');
	expect(status, output).toBe(0);
	({
		services: { relay },
		volumes,
	} = parse(output));
});

describe('compose.yaml', () => {
	it('is one that compose takes, and that closes what the relay does not need', () => {
		expect(relay).toMatchObject({
			read_only: true,
			cap_drop: ['ALL'],
			security_opt: ['no-new-privileges:true'],
			restart: 'unless-stopped',
			tmpfs: ['/tmp'],
			volumes: ['data:/data:rw'],
			build: { context: ROOT.replace(/\/$/, ''), dockerfile: 'deploy/container/Dockerfile' },
		});
		expect(volumes).toHaveProperty('data');
		// Each of these would be a way out of the container.
		for (const name of ['privileged', 'cap_add', 'devices', 'network_mode', 'pid', 'user'])
			expect(relay).not.toHaveProperty(name);
	});

	it('publishes the ports that the image exposes', () => {
		const [, image = []] = stages();
		const published = (relay.ports as { published: number; target: number }[]).map(({ target, published: port }) => {
			expect(port).toBe(target);
			return String(target);
		});
		expect(published.sort()).toEqual(only(image, 'EXPOSE').split(' ').sort());
	});

	it('sets the kernel as the service does', () => {
		const [, value] =
			/^net\.ipv4\.tcp_notsent_lowat = (\d+)$/m.exec(readFileSync(join(ROOT, 'deploy/90-oriel.conf'), 'utf8')) ?? [];
		expect(relay.sysctls).toEqual({
			'net.ipv4.ip_unprivileged_port_start': '0',
			'net.ipv4.tcp_notsent_lowat': value,
		});
	});

	it('hands on variables that are options of the relay', () => {
		const program = join(ROOT, 'packages/cli/bin/oriel.mjs');
		const help = spawnSync(process.execPath, [program, 'relay', '--help'], { encoding: 'utf8' }).stdout;
		const names = Object.keys(relay.environment as object);
		expect(names).not.toEqual([]);
		for (const name of names)
			expect(help, name).toContain(`--${name.replace('ORIEL_', '').toLowerCase().replaceAll('_', '-')} `);
		expect(Object.values(relay.environment as object)).toEqual(names.map(() => null));
	});
});
