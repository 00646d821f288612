import { EventEmitter } from 'node:events';
import { silentLog } from '@oriel/base';
import { FakeClock } from '@oriel/testing/fake-clock';
import { expect, it } from 'vitest';
import { containFaults, MAX_UNCAUGHT_A_MINUTE } from './contain-faults.ts';

function setUp() {
	const clock = new FakeClock();
	const process = new EventEmitter();
	const faults: unknown[] = [];
	const exits: number[] = [];
	containFaults({
		process,
		clock,
		log: silentLog,
		fault: (thrown) => faults.push(thrown),
		exit: () => exits.push(faults.length),
	});
	return { clock, faults, exits, crash: (thrown: unknown) => process.emit('uncaughtException', thrown) };
}

it('hands every uncaught exception on, and ends the process when there are too many within a minute', () => {
	const { faults, exits, crash } = setUp();
	for (let count = 0; count < MAX_UNCAUGHT_A_MINUTE; count++) crash(new Error(`number ${count}`));
	expect([faults.length, exits]).toEqual([MAX_UNCAUGHT_A_MINUTE, []]);
	crash('not even an error');
	expect([faults.at(-1), exits]).toEqual(['not even an error', [MAX_UNCAUGHT_A_MINUTE + 1]]);
});

it('goes on indefinitely with as many as a minute may have', () => {
	const { clock, faults, exits, crash } = setUp();
	for (let minute = 0; minute < 10; minute++) {
		for (let count = 0; count < MAX_UNCAUGHT_A_MINUTE; count++) crash(new Error('again'));
		clock.advance(60_000);
	}
	expect([faults.length, exits]).toEqual([10 * MAX_UNCAUGHT_A_MINUTE, []]);
	for (let count = 0; count <= MAX_UNCAUGHT_A_MINUTE; count++) {
		crash(new Error('again'));
		clock.advance(2_900);
	}
	expect(exits).toHaveLength(1);
});
