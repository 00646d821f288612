// The container without a container engine: the Dockerfile's last stage is carried out on a file tree of its own, which then
// becomes read-only, and its command runs there with the rights that compose.yaml leaves it.
import { join } from 'node:path';
import { OtherMachine } from '@oriel/testing/other-machine';
import { type Program, ROOT } from '@oriel/testing/program';
import { noteSecretsIn } from '@oriel/testing/secret-ledger';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newPrivateKey } from '../../packages/relay/src/tls/key-pair.ts';
import { selfSigned } from '../../packages/relay/src/tls/self-signed.ts';
import { only, stages } from './dockerfile.ts';
import { Release } from './release.ts';

const [, image = []] = stages();
const words = (json: string): string => (JSON.parse(json) as string[]).join(' ');
const healthcheck = words(only(image, 'HEALTHCHECK').replace(/^CMD /, ''));
const command = `${words(only(image, 'ENTRYPOINT'))} ${words(only(image, 'CMD'))}`;
const [uid, gid] = only(image, 'USER').split(':');

const release = new Release();
let machine: OtherMachine;

beforeAll(async () => {
	machine = await OtherMachine.start({ network: 'own' });
	await root(only(image, 'RUN'));
	for (const { words: copied, options } of image.filter(({ name }) => name === 'COPY')) {
		const [source = '', target = ''] = copied.split(' ');
		// What the build stage leaves there is the package, unpacked.
		if (options.includes('--from=build'))
			await root(`mkdir -p ${target} && tar -xzf ${release.tarball} -C ${target} --strip-components=1`);
		else await root(`cp ${join(ROOT, source)} ${target}`);
	}
	// Where the base image has it.
	await root(`cmp -s ${process.execPath} /usr/local/bin/node || cp ${process.execPath} /usr/local/bin/node`);
	// A new volume begins as the image's folder, with its owner.
	const volume = only(image, 'VOLUME');
	expect((await machine.done(`stat -c '%a %u:%g' ${volume}`)).stdout).toBe(`700 ${only(image, 'USER')}\n`);
	await root(`mount -t tmpfs -o mode=0700,uid=${uid},gid=${gid} tmpfs ${volume}`);
	await root('mount -t tmpfs tmpfs /tmp && mount -o remount,ro /');
	await root('sysctl -qw net.ipv4.ip_unprivileged_port_start=0 net.ipv4.tcp_notsent_lowat=131072');
});
afterAll(async () => {
	await machine[Symbol.asyncDispose]();
	release[Symbol.dispose]();
});

async function root(line: string): Promise<void> {
	const ended = await machine.done(line);
	expect(ended, `${line}: ${ended.stderr}`).toMatchObject({ code: 0 });
}

/** As an engine runs it: the image's user, no capability, and nothing in its environment but the image's and these. */
function contained(line: string, variables = ''): string {
	const rights = `--reuid ${uid} --regid ${gid} --clear-groups --no-new-privs --bounding-set -all --inh-caps -all`;
	const path = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
	return `env -i ${path} ${only(image, 'ENV')} ${variables} setpriv ${rights} ${line}`;
}
const inside = (line: string, variables = '') => machine.done(contained(line, variables));
const isHealthy = (variables = '') => inside(healthcheck, variables);

/** The relay, as the first process of its own process namespace: its number is the same each time. */
class Container implements AsyncDisposable {
	readonly #relay: Program;

	private constructor(relay: Program) {
		this.#relay = relay;
	}

	static async start(variables = ''): Promise<Container> {
		const alone = 'exec unshare --mount --pid --fork --mount-proc';
		const relay = machine.run(`echo $$ >/run/container.pid; ${alone} ${contained(command, variables)}`);
		await relay.said(/Oriel relay/);
		noteSecretsIn(relay.stdout);
		return new Container(relay);
	}

	/** What the kernel says of the relay. */
	async status(): Promise<string> {
		return (await machine.done('cat /proc/$(pgrep -P $(cat /run/container.pid))/status')).stdout;
	}

	async end(signal: 'TERM' | 'KILL'): Promise<number | null> {
		await root(`kill -${signal} $(pgrep -P $(cat /run/container.pid))`);
		return (await this.#relay.ended).code;
	}

	async [Symbol.asyncDispose](): Promise<void> {
		// Not what started it: a program that becomes another user outlives its parent.
		await machine.done('kill -KILL $(pgrep -P $(cat /run/container.pid))');
		await this.#relay.ended;
	}
}

describe('the container', () => {
	it('serves on 443 and 80 without any right, and writes nothing but its data', async () => {
		await using container = await Container.start();
		const status = await container.status();
		expect(status).toMatch(/^Uid:(\t10001){4}$/m);
		expect(status).toMatch(/^CapEff:\t0+$/m);
		expect(status).toMatch(/^CapBnd:\t0+$/m);
		expect(status).toMatch(/^NoNewPrivs:\t1$/m);
		expect(await machine.done('curl -fsSk https://127.0.0.1/healthz')).toMatchObject({ code: 0 });
		expect((await machine.done('curl -sS http://127.0.0.1/')).stdout).toMatch(/https/);
		expect(await inside('touch /opt/oriel/x')).toMatchObject({ code: 1 });
		expect((await machine.done('stat -c %a:%u /data /data/tls/key.pem')).stdout).toBe('700:10001\n600:10001\n');
		expect(await container.end('TERM')).toBe(0);
	});

	it('is healthy while it answers, and not after it was killed; then it starts again with the same data', async () => {
		await using first = await Container.start();
		expect(await isHealthy()).toEqual({ code: 0, stdout: '', stderr: '' });
		await first.end('KILL');
		expect(await isHealthy()).toMatchObject({ code: 1, stderr: expect.stringContaining('ECONNREFUSED') });
		await using _second = await Container.start();
		expect(await isHealthy()).toMatchObject({ code: 0 });
	});

	it('prints a set-up link to those who may run a program in it', async () => {
		await using _container = await Container.start();
		const reset = await inside('oriel owner reset --url https://cam.example.org');
		noteSecretsIn(reset.stdout);
		expect(reset).toMatchObject({
			code: 0,
			stdout: expect.stringMatching(/^https:\/\/cam\.example\.org\/#setup=\S+\n$/),
		});
	});

	it('is healthy behind a proxy that has the certificate', async () => {
		const variables = 'ORIEL_TLS=off ORIEL_TRUST_PROXY=192.0.2.7';
		await using _container = await Container.start(variables);
		expect(await isHealthy(variables)).toMatchObject({ code: 0 });
		expect(await isHealthy()).toMatchObject({ code: 1 });
	});
});

/** An authority, and a certificate of it for an address: in /tmp. */
const ISSUE = [
	'cd /tmp',
	'newkey="-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"',
	'openssl req -x509 $newkey -keyout ca.key -out ca.pem -subj /CN=authority -days 2',
	'openssl req $newkey -keyout leaf.key -out leaf.csr -subj /CN=relay',
	'echo subjectAltName=IP:203.0.113.7 >leaf.ext',
	'openssl x509 -req -in leaf.csr -CA ca.pem -CAkey ca.key -CAcreateserial -extfile leaf.ext -out leaf.pem -days 2',
	`chown ${uid} leaf.key`,
].join(' && ');

describe('the health check', () => {
	it('takes a certificate that an authority has issued for an address', async () => {
		await root(ISSUE);
		const variables = 'ORIEL_TLS_CERT=/tmp/leaf.pem ORIEL_TLS_KEY=/tmp/leaf.key';
		await using _container = await Container.start(variables);
		expect(await isHealthy(variables)).toEqual({ code: 0, stdout: '', stderr: '' });
	});

	it('expects the certificate that the relay has', async () => {
		await using _container = await Container.start();
		const other = selfSigned({ names: ['localhost'], key: newPrivateKey(), now: Date.now() });
		await root(`cat >/tmp/other.pem <<'END'\n${other}\nEND`);
		expect(await isHealthy('ORIEL_TLS_CERT=/tmp/other.pem')).toMatchObject({
			code: 1,
			stderr: expect.stringMatching(/certificate/),
		});
		expect(await isHealthy('ORIEL_TLS_CERT=/data/tls/self-signed.pem')).toMatchObject({ code: 0 });
		expect(await isHealthy('ORIEL_DATA=/nowhere')).toEqual({
			code: 1,
			stdout: '',
			stderr: 'The relay has no certificate yet\n',
		});
	});
});
