import { describe, expect, it } from 'vitest';
import type { Evidence } from '../../capture/command/command.ts';
import { execCommand } from './exec.ts';

function said(evidence: Partial<Evidence>): string {
	const command = execCommand('/opt/cam/run --url rtsp://me:hush@cam.lan/1');
	return command.diagnose({ exit: { how: 'missing' }, words: [], pictures: 0, ...evidence }).message;
}

describe('execCommand', () => {
	it('takes the first word for the program, and shows the others nowhere', () => {
		expect(execCommand('/opt/cam/run --key hush "a b"')).toMatchObject({
			description: 'program run',
			program: '/opt/cam/run',
			arguments: ['--key', 'hush', 'a b'],
			output: 'stream',
		});
		expect(execCommand('stdbuf -o0 v4l2-ctl --stream-mmap --stream-to-hdr=-').output).toBe('rdhv');
	});

	it.each([
		['', /names no program/],
		['cat "x', /not closed/],
		['cat x | tee y', /"\|" means nothing; put the command into a script/],
		['cat x > y', /">" means nothing/],
	])('refuses %j', (text, words) => {
		expect(() => execCommand(text)).toThrow(expect.objectContaining({ code: 'bad-source' }));
		expect(() => execCommand(text)).toThrow(words);
	});

	it('lets a quoted | through', () => {
		expect(execCommand("grep '|' x").arguments).toEqual(['|', 'x']);
	});

	it('says how it ended, with its last words but no password', () => {
		const words = ['[warning] odd', 'rtsp://me:hush@cam.lan/1: Connection refused'];
		expect(said({})).toBe('there is no program run that this user may run');
		expect(said({ exit: { how: 'exited', code: 1, signal: undefined }, words })).toBe(
			'run ended with code 1 after 0 pictures; its last words: rtsp://***@cam.lan/1: Connection refused',
		);
		expect(said({ exit: { how: 'exited', code: undefined, signal: 'SIGSEGV' }, pictures: 7 })).toBe(
			'run was ended by SIGSEGV after 7 pictures',
		);
		expect(said({ exit: { how: 'no-first-picture', afterMs: 20_000 } })).toBe('run has brought no picture in 20 s');
		expect(said({ exit: { how: 'stalled', afterMs: 10_000 } })).toBe('run has brought no further picture for 10 s');
		expect(said({ exit: { how: 'too-much-memory', bytes: 6e8 } })).toMatch('600 MB');
	});
});
