import { createHash } from 'node:crypto';
import { request } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { FakeClock } from '@oriel/testing/fake-clock';
import { ask } from '@oriel/testing/relay/ask';
import { RunningRelay } from '@oriel/testing/relay/running-relay';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { installScript } from './script.ts';

let relay: RunningRelay;

beforeEach(async () => {
	relay = await RunningRelay.start({ clock: new FakeClock() });
});

afterEach(() => relay[Symbol.asyncDispose]());

const script = (host: string) => ask(`${relay.url}/install.sh`, { headers: { host } });

/** The bytes at a path. */
function bytesAt(path: string): Promise<Buffer> {
	return new Promise((resolve, reject) => {
		const asked = request(`${relay.url}${path}`, (response) => {
			const chunks: Buffer[] = [];
			response.on('data', (chunk) => chunks.push(chunk)).on('end', () => resolve(Buffer.concat(chunks)));
		});
		asked.on('error', reject).end();
	});
}

describe('the script', () => {
	it('names the version, the package’s checksum and the relay by the address it was asked for', async () => {
		const sha256 = createHash('sha256')
			.update(await bytesAt('/oriel-0.0.0.tgz'))
			.digest('hex');
		const { status, headers, text } = await script('cam.example.org:8443');
		expect([status, headers['content-type']]).toEqual([200, 'text/plain; charset=utf-8']);
		expect(text).toBe(`version='0.0.0' sha256='${sha256}' relay='http://cam.example.org:8443' pin=''\n`);
	});

	it.each(['cam', 'a_b.example', '203.0.113.7', '[2001:db8::1]:8443', 'localhost:80'])('takes %s', async (host) => {
		expect((await script(host)).text).toContain(`relay='http://${host}'`);
	});

	it.each([
		"a';touch gotcha;'",
		'a$(touch gotcha)',
		'a`b`',
		'a b',
		'a"b',
		'a/b',
		'-a',
		'user@a',
		'a:b',
		'a:1:2',
		'[::1',
		'ä',
		'x'.repeat(300),
	])('is not made for the host %j', async (host) => {
		const { status, text } = await script(host);
		expect(status).toBe(400);
		expect(text).not.toContain('relay=');
	});

	it('takes nothing in that a shell could read as more than text', () => {
		const template = "'@ORIEL_VERSION@' '@ORIEL_SHA256@' '@ORIEL_RELAY@' '@ORIEL_PIN@'";
		const facts = { version: '1.2.3', sha256: 'ab', relay: 'https://a', pin: 'sha256/a+/b=' };
		expect(installScript(template, facts)).toBe("'1.2.3' 'ab' 'https://a' 'sha256/a+/b='");
		for (const hostile of ["'", '$', '`', '\n', ' ', '\\', ';', '@ORIEL_PIN@'])
			for (const name of Object.keys(facts))
				expect(() => installScript(template, { ...facts, [name]: hostile })).toThrow('cannot be');
		expect(() => installScript('', facts)).toThrow('exactly once');
	});
});

describe('the package', () => {
	it('is a gzipped archive of the program’s files', async () => {
		const archive = gunzipSync(await bytesAt('/oriel-0.0.0.tgz')).toString('latin1');
		expect(archive).toContain('package/package.json\0');
		expect(archive).toContain('package/dist/deploy/install.sh\0');
	});

	it('is there for this version only', async () => {
		expect((await ask(`${relay.url}/oriel-0.0.1.tgz`)).status).toBe(404);
	});
});
