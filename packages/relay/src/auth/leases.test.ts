import { beforeEach, describe, expect, it } from 'vitest';
import { live } from '../outputs/live/plugin.ts';
import type { EventLog } from './event-log.ts';
import { type Lease, Leases } from './leases.ts';
import { CORE_PERMISSIONS, Policy, type Principal } from './policy.ts';

const POLICY = new Policy(CORE_PERMISSIONS, live.permissions ?? {});

const viewer = (credential: string, ...cameras: string[]): Principal => {
	return { kind: 'viewer', credential, person: 'ada', cameras: new Set(cameras) };
};
const guest = (credential: string, link: string): Principal => {
	return { kind: 'guest', credential, link, cameras: new Set(['door']) };
};

/** What each principal is by now. */
let now: Map<string, Principal>;
let lookedUp: string[];
let events: string[];
let leases: Leases;
beforeEach(() => {
	now = new Map();
	lookedUp = [];
	events = [];
	const log = { record: ({ kind, about }: { kind: string; about?: string }) => events.push(`${kind} ${about}`) };
	const again = (who: Principal) => {
		const credential = 'credential' in who ? who.credential : '';
		lookedUp.push(credential);
		return now.get(credential);
	};
	leases = new Leases({ again, policy: POLICY, events: log as unknown as EventLog });
});

/** Opens something; what its holder was told. */
function open(who: Principal, more: Partial<Lease> = {}) {
	const told: string[] = [];
	const ended = () => told.push('ended');
	const letGo = leases.take({ who, action: 'camera.watch', camera: 'door', ended, ...more });
	if ('credential' in who) now.set(who.credential, who);
	return { told, letGo };
}

describe('leases', () => {
	it('are counted for each credential until they are let go, once', () => {
		const ada = viewer('a', 'door');
		const [first, second] = [open(ada), open(ada)];
		open(viewer('b', 'door'));
		expect([leases.openOf('a'), leases.openOf('b'), leases.openOf('c')]).toEqual([2, 1, 0]);
		first.letGo();
		first.letGo();
		expect(leases.openOf('a')).toBe(1);
		second.letGo();
		expect(leases.openOf('a')).toBe(0);
		leases.review();
		expect(lookedUp).toEqual(['b']);
	});

	it('of an anonymous caller are none', () => {
		const { told, letGo } = open({ kind: 'anonymous' });
		leases.review();
		letGo();
		expect([told, lookedUp]).toEqual([[], []]);
	});

	it('tell the guests of one link, each once', () => {
		open(guest('g1', 'one'));
		open(guest('g1', 'one'));
		open(guest('g2', 'one'));
		const { letGo } = open(guest('g3', 'two'));
		open(viewer('a', 'door'));
		expect([...leases.guestsOf('one')]).toEqual(['g1', 'g2']);
		expect([...leases.guestsOf('two')]).toEqual(['g3']);
		letGo();
		expect([...leases.guestsOf('two')]).toEqual([]);
	});

	it('end when their holder exists no more, all of them, with one event', () => {
		const ada = viewer('a', 'door', 'roof');
		const opened = [open(ada), open(ada, { camera: 'roof' })];
		const other = open(viewer('b', 'door'));
		now.delete('a');
		leases.review();
		expect([...opened, other].map(({ told }) => told)).toEqual([['ended'], ['ended'], []]);
		expect(events).toEqual(['access-ended viewer']);
		expect([leases.openOf('a'), leases.openOf('b')]).toEqual([0, 1]);
		leases.review();
		expect(opened.map(({ told }) => told)).toEqual([['ended'], ['ended']]);
		expect(events).toHaveLength(1);
	});

	it('end one by one when their holder may see fewer cameras; those that stay hear of it once', () => {
		const ada = viewer('a', 'door', 'roof');
		const heard: Principal[] = [];
		const door = open(ada);
		const roof = open(ada, { camera: 'roof' });
		const live = open(ada, { action: 'live.open', camera: undefined as never, changed: (who) => heard.push(who) });
		leases.review();
		expect([door.told, roof.told, heard]).toEqual([[], [], []]);
		const less = viewer('a', 'door');
		now.set('a', less);
		leases.review();
		leases.review();
		expect([door.told, roof.told, live.told, heard]).toEqual([[], ['ended'], [], [less]]);
		expect(leases.openOf('a')).toBe(2);
		// What was granted again is news as well.
		now.set('a', ada);
		leases.review();
		expect(heard).toEqual([less, ada]);
	});

	it('may be let go while they are ended', () => {
		const ada = viewer('a', 'door');
		const told: string[] = [];
		const letGo = leases.take({
			who: ada,
			action: 'camera.watch',
			camera: 'door',
			ended() {
				told.push('ended');
				letGo();
			},
		});
		leases.review();
		expect([told, leases.openOf('a')]).toEqual([['ended'], 0]);
	});

	it('of a camera are named by it', () => {
		open({ kind: 'camera', credential: 'k', camera: 'door' }, { action: 'agent.open' });
		now.delete('k');
		leases.review();
		expect(events).toEqual(['access-ended camera door']);
	});
});

it('a holder that throws keeps no other from losing its access, or from hearing of it', () => {
	const faults: string[] = [];
	const token = (...cameras: string[]): Principal => ({ kind: 'token', credential: 't', cameras: new Set(cameras) });
	let is: Principal | undefined = token('door');
	const log = { record() {} } as unknown as EventLog;
	const report = (kind: string) => void faults.push(kind);
	const all = new Leases({ again: () => is, policy: POLICY, events: log, report });
	const told: string[] = [];
	const fail = () => {
		throw new Error('broken');
	};
	const who = token('door', 'roof');
	all.take({ who, action: 'live.open', ended: fail, changed: fail });
	all.take({ who, action: 'live.open', ended: () => told.push('ended'), changed: () => told.push('changed') });
	all.review();
	expect([told, faults]).toEqual([['changed'], ['observer']]);
	is = undefined;
	all.review();
	expect([told, faults]).toEqual([
		['changed', 'ended'],
		['observer', 'observer'],
	]);
	expect(all.openOf('t')).toBe(0);
});
