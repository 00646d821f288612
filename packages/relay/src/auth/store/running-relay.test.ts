import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FakeProcesses } from '@oriel/testing/relay/fake-processes';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { holderText } from './holder.ts';
import { runningRelay } from './running-relay.ts';

let directory: string;
let machine: FakeProcesses;
beforeEach(() => {
	directory = mkdtempSync(join(tmpdir(), 'oriel-running-'));
	machine = new FakeProcesses();
	machine.start(7, '700');
});
afterEach(() => rmSync(directory, { recursive: true }));

const lock = (text: string) => writeFileSync(join(directory, 'relay.lock'), text);

it('a relay is found by its lock', () => {
	const seen = () => runningRelay(directory, machine.seenBy(1));
	expect(seen()).toEqual({ state: 'none' });
	lock(holderText(machine.seenBy(7)));
	expect(seen()).toEqual({ state: 'here', pid: 7 });
	machine.start(7, '800');
	expect(seen()).toEqual({ state: 'none' });
	machine.processes.delete(7);
	expect(seen()).toEqual({ state: 'none' });
});

it('of a relay in another container is said that it may run', () => {
	lock(holderText(machine.seenBy(7, { namespace: 'pid:[2]' })));
	expect(runningRelay(directory, machine.seenBy(1))).toMatchObject({
		state: 'unknown',
		words: expect.stringContaining('process 7 on relay may run'),
	});
	lock('cut off');
	expect(runningRelay(directory, machine.seenBy(1)).state).toBe('unknown');
});
