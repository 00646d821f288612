import { describe, expect, it } from 'vitest';
import { auditProblems } from './audit.mjs';
import { dangersIn } from './dangers.mjs';
import { lockfileProblems } from './lockfile.mjs';

describe('3.3 / 29 code that ships', () => {
	it.each([
		["import { exec } from 'node:child_process';", 'exec of node:child_process is a shell'],
		["import { execSync as run } from 'node:child_process';", 'execSync'],
		["import * as child from 'node:child_process';", 'by name'],
		["import vm from 'node:vm';", 'node:vm'],
		["spawn('ls', [], { shell: true });", 'through a shell'],
		["spawn('ls', [], { shell: isWindows });", 'through a shell'],
		["spawn('/bin/sh', ['-c', text]);", 'is a shell'],
		["spawn('cmd.exe', ['/c', text]);", 'is a shell'],
		['eval(text);', 'eval'],
		['new Function(text)();', 'new Function'],
		["setTimeout('alert(1)', 5);", 'setTimeout with a text'],
		['box.innerHTML = text;', 'innerHTML'],
		["box.insertAdjacentHTML('beforeend', text);", 'insertAdjacentHTML'],
		['document.write(text);', 'document.write'],
	])('must not say %s', (text, words) => {
		expect(dangersIn('packages/x/src/x.ts', text).join()).toContain(words);
	});

	it('may speak of it, match texts, and start programs', () => {
		const fine = [
			'// eval(text), innerHTML and /bin/sh -c are forbidden',
			"const words = 'innerHTML';",
			'const [, found] = /x/.exec(text) ?? [];',
			"import { execFile, spawn } from 'node:child_process';",
			"spawn('ffmpeg', ['-i', 'pipe:0'], { shell: false });",
			'setTimeout(() => {}, 5);',
		].join('\n');
		expect(dangersIn('packages/x/src/x.ts', fine)).toEqual([]);
	});

	it('of a page must make no markup of text', () => {
		const text = 'export const P = () => <p dangerouslySetInnerHTML={{ __html: x }} />;';
		expect(dangersIn('packages/web/src/p.tsx', text)).toHaveLength(1);
	});

	it.each([
		"await fetch('http://169.254.169.254/');",
		"import { request } from 'node:http';",
		"import { connect } from 'node:net';",
		"import tls from 'node:tls';",
		"new WebSocket('ws://x');",
	])('of the relay opens no connections: %s', (text) => {
		expect(dangersIn('packages/relay/src/api/x.ts', text)).toHaveLength(1);
		expect(dangersIn('packages/agent/src/x.ts', text)).toEqual([]);
	});
});

describe('the lockfile', () => {
	const good = { integrity: 'sha512-x', resolved: 'https://registry.npmjs.org/ws/-/ws-8.0.0.tgz' };

	it.each([
		[{ 'node_modules/ws': good }, ''],
		[{ 'node_modules/ws': { integrity: 'sha512-x' } }, ''],
		[{ 'node_modules/@oriel/base': { link: true, resolved: 'packages/base' } }, ''],
		[{ 'node_modules/ws': { resolved: good.resolved } }, 'has no SHA-512'],
		[{ 'node_modules/ws': { ...good, integrity: 'sha1-x' } }, 'has no SHA-512'],
		[{ 'node_modules/ws': { ...good, resolved: 'https://evil.example/ws.tgz' } }, 'comes from https://evil.example'],
		[{ 'node_modules/ws': { ...good, resolved: 'git+ssh://git@github.com/a/b.git' } }, 'comes from git'],
		[{ 'node_modules/x': { link: true, resolved: '../elsewhere' } }, 'is a link to'],
		[{ 'packages/relay': { dependencies: { ws: '^8.0.0' } } }, 'expected one exact version'],
	])('%#', (packages, words) => {
		const problems = lockfileProblems({ lockfileVersion: 3, packages });
		expect(problems.join()).toContain(words);
		expect(problems).toHaveLength(words === '' ? 0 : 1);
	});
});

describe('the audit', () => {
	it('names what is weak, and says aloud when it learnt nothing', () => {
		const said = [];
		const say = (words) => said.push(words);
		const via = [{ title: 'Bad thing', url: 'https://github.com/advisories/x' }];
		const weak = {
			metadata: { vulnerabilities: { high: 1 } },
			vulnerabilities: { ws: { name: 'ws', severity: 'high', via } },
		};
		expect(auditProblems(JSON.stringify(weak), say)).toEqual(['ws (high): Bad thing https://github.com/advisories/x']);
		expect(said).toEqual([]);
		for (const text of ['', '{"error":{"summary":"request failed"}}']) expect(auditProblems(text, say)).toEqual([]);
		expect(said).toEqual([
			'NOT CHECKED: the registry could not be asked for known weaknesses (no answer)',
			'NOT CHECKED: the registry could not be asked for known weaknesses (request failed)',
		]);
	});
});
