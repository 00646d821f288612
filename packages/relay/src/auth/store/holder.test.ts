import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { FakeProcesses } from '@oriel/testing/relay/fake-processes';
import { until } from '@oriel/testing/turns';
import { describe, expect, it } from 'vitest';
import { holderText, holderWords, judge, readHolder } from './holder.ts';

function machine() {
	const made = new FakeProcesses();
	made.start(7, '100');
	made.start(8, '200');
	return made;
}

const holderOf = (made: FakeProcesses, pid: number, place = {}) => readHolder(holderText(made.seenBy(pid, place)));

describe('the holder of a lock', () => {
	it('is alive while its process runs, in its own judgement too', () => {
		const made = machine();
		expect(judge(holderOf(made, 7), made.seenBy(8))).toBe('alive');
		expect(judge(holderOf(made, 7), made.seenBy(7))).toBe('alive');
		expect(holderWords(holderOf(made, 7))).toBe('process 7 on relay');
	});

	it('is dead when its process has ended, or its number belongs to another by now', () => {
		const made = machine();
		const holder = holderOf(made, 7);
		made.processes.delete(7);
		expect(judge(holder, made.seenBy(8))).toBe('dead');
		made.start(7, '300');
		expect(judge(holder, made.seenBy(8))).toBe('dead');
	});

	it('is dead after a restart of the machine, with whatever number', () => {
		const made = machine();
		const holder = holderOf(made, 7);
		made.boot = 'boot two';
		expect(judge(holder, made.seenBy(8))).toBe('dead');
	});

	it.each([
		['in another container', { namespace: 'pid:[2]' }, 'boot one'],
		['in another container with another name', { namespace: 'pid:[2]', host: 'other' }, 'boot one'],
		['on another machine', { host: 'other' }, 'boot two'],
	])('%s is unknown', (_words, place, boot) => {
		const made = machine();
		const holder = holderOf(made, 7, place);
		made.boot = boot;
		expect(judge(holder, made.seenBy(8))).toBe('unknown');
	});

	it('that left half a name is unknown', () => {
		expect(judge(readHolder('{"pid":7'), machine().seenBy(8))).toBe('unknown');
		expect(readHolder('')).toBeUndefined();
	});

	it('on a system that does not tell when processes started is dead or unknown', () => {
		const made = machine();
		const nothing = { ...made.seenBy(7), boot: '', namespace: '', startOf: () => '' };
		const holder = readHolder(holderText(nothing));
		expect(judge(holder, { ...nothing, pid: 8 })).toBe('unknown');
		expect(judge(holder, { ...nothing, pid: 8, exists: () => false })).toBe('dead');
	});

	it('is dead when its process has ended, though its parent has not waited for it', async () => {
		// It ends only when its parent has become a program that waits for no child.
		const child = 'until grep -q sleep /proc/$PPID/comm; do :; done';
		const parent = spawn('sh', ['-c', `sh -c '${child}' & echo $!; exec sleep 60`]);
		const pid = Number(await new Promise((resolve) => parent.stdout.once('data', resolve)));
		const statOf = () => readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
		await until(() => statOf()[0] === 'Z');
		const own = readHolder(holderText());
		if (!own) throw new Error('no holder');
		expect(judge({ ...own, pid, started: statOf()[19] ?? '' })).toBe('dead');
		parent.kill('SIGKILL');
	});

	it('is judged right on this machine: this process, a child with another start, and one that has ended', async () => {
		const own = readHolder(holderText());
		expect(own?.pid).toBe(process.pid);
		expect(judge(own)).toBe('alive');
		const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
		await new Promise((resolve) => child.once('spawn', resolve));
		if (!own) throw new Error('no holder');
		// Its number, and when this process was started: the number alone says nothing.
		expect(judge({ ...own, pid: child.pid ?? 0 })).toBe(own.boot === '' ? 'unknown' : 'dead');
		child.kill('SIGKILL');
		await new Promise((resolve) => child.once('exit', resolve));
		expect(judge({ ...own, pid: child.pid ?? 0 })).toBe('dead');
	});
});
