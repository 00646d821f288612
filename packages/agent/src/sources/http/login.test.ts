import { describe, expect, it } from 'vitest';
import { Login } from './login.ts';

/** The example of RFC 7616 section 3.9.1, whose client nonce is given. */
const EXAMPLE_HEADER = [
	'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=MD5,',
	'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFcH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"',
].join(' ');

function login(random = () => 0.5): Login {
	return new Login({ user: 'Mufasa', password: 'Circle of Life', random });
}

function field(header: string | undefined, name: string): string | undefined {
	return new RegExp(`\\b${name}="?([^",]*)`).exec(header ?? '')?.[1];
}

describe('Login', () => {
	it('says nothing before it is asked, and Basic when that is asked', () => {
		const mufasa = login();
		expect(mufasa.authorization('GET', '/')).toBeUndefined();
		expect(mufasa.challenged('Basic realm="cam"')).toBe(true);
		expect(mufasa.authorization('GET', '/')).toBe(`Basic ${btoa('Mufasa:Circle of Life')}`);
	});

	it('answers RFC 2617 section 3.5 as printed there', () => {
		const header = 'Digest realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", opaque="5ccc"';
		const mufasa = new Login({ user: 'Mufasa', password: 'Circle Of Life', random: () => 0 });
		mufasa.challenged(header);
		// Without a qop as in RFC 2069: MD5(HA1:nonce:HA2) with HA1 939e7578ed9e3c518a452acee763bce9 of the RFC.
		expect(field(mufasa.authorization('GET', '/dir/index.html'), 'response')).toBe('670fd8c2df070c60b045671b8b24ff02');
	});

	it.each([
		['MD5', 32],
		['SHA-256', 64],
		['MD5-sess', 32],
	])('answers Digest with %s', (algorithm, letters) => {
		const mufasa = login();
		expect(mufasa.challenged(EXAMPLE_HEADER.replace('MD5', algorithm))).toBe(true);
		const answer = mufasa.authorization('GET', '/dir/index.html?a=b');
		expect(field(answer, 'response')).toHaveLength(Number(letters));
		expect(answer).toContain('uri="/dir/index.html?a=b"');
		expect(answer).toContain(`algorithm=${algorithm}`);
		expect(answer).toContain('qop=auth, nc=00000001, cnonce="8000000000000"');
		expect(field(mufasa.authorization('GET', '/'), 'nc')).toBe('00000002');
	});

	it('chooses the strongest of several', () => {
		const mufasa = login();
		mufasa.challenged(
			'Basic realm="cam", Digest realm="cam", nonce="n", Digest realm="cam", nonce="n", algorithm=SHA-256',
		);
		expect(mufasa.authorization('GET', '/')).toContain('algorithm=SHA-256');
	});

	it.each([
		'Negotiate',
		'',
		'Digest realm="x", nonce="n", algorithm=SHA-512-256',
		'Digest realm="x", nonce="n", qop="auth-int"',
	])('cannot answer %j', (header) => {
		expect(login().challenged(header)).toBe(false);
	});

	it('keeps quotes in names from breaking out', () => {
		const sly = new Login({ user: 'a"b\\c', password: 'p', random: () => 0 });
		sly.challenged('Digest realm="x\\"y", nonce="n"');
		expect(sly.authorization('GET', '/')).toContain('username="a\\"b\\\\c", realm="x\\"y"');
	});
});
