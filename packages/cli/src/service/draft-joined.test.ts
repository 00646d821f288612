import { Secret } from '@oriel/base';
import { describe, expect, it } from 'vitest';
import type { JoinedCamera } from '../platform/joined-cameras.ts';
import { draftService } from './draft-joined.ts';

const keyOf = (name: string) => new Secret(`oriel_key_${name}`.padEnd(40, 'k'));
const joinedAs = (camera: string, more: Partial<JoinedCamera> = {}): JoinedCamera => ({
	camera,
	relays: ['https://cam.example.org'],
	pin: undefined,
	key: keyOf(camera),
	...more,
});

function draft(joined: readonly JoinedCamera[], said: object = {}, text = '') {
	const made = draftService({
		text,
		path: '/etc/oriel/camera.yaml',
		said: { pictures: {}, ...said },
		nameless: () => 'this-machine',
		readKey: () => keyOf('file'),
		joined,
	});
	return { text: made.text, keys: Object.fromEntries([...made.keys].map(([name, key]) => [name, key.reveal()])) };
}

describe('the service of a machine that was paired', () => {
	it('sends what the machine was paired as, with relay, pin, title and key', () => {
		const pin = `sha256/${'A'.repeat(43)}=`;
		const { text, keys } = draft([joinedAs('porch', { title: 'The porch', pin })]);
		expect(text).toContain('relay: "https://cam.example.org"');
		expect(text).toMatch(/porch:\n {4}relay-pin: sha256\/A+=\n {4}title: The porch\n {4}key-file: porch\.key\n/);
		expect(text).not.toContain('oriel_key');
		expect(keys).toEqual({ porch: keyOf('porch').reveal() });
	});

	it('sends all cameras of the machine, or the one that is named', () => {
		const joined = [joinedAs('porch'), joinedAs('yard', { relays: ['https://other.example'] })];
		expect(Object.keys(draft(joined).keys)).toEqual(['porch', 'yard']);
		expect(draft(joined).text).toContain('relay: https://other.example');
		expect(Object.keys(draft(joined, { name: 'yard' }).keys)).toEqual(['yard']);
	});

	it('takes options with it, and prefers them', () => {
		const { text } = draft([joinedAs('porch', { title: 'old' })], { title: 'new', source: '/dev/video2' });
		expect(text).toMatch(/title: new\n.*source: \/dev\/video2/s);
	});

	it('adds a camera that joined later, and leaves those in the file as they are', () => {
		const first = draft([joinedAs('porch')], { source: 'test' }).text;
		const { text, keys } = draft([joinedAs('porch'), joinedAs('yard')], {}, first);
		expect(text).toMatch(/porch:\n {4}source: test\n {4}key-file: porch\.key\n {2}yard:\n/);
		expect(keys).toEqual({ porch: keyOf('file').reveal(), yard: keyOf('yard').reveal() });
		expect(draft([joinedAs('porch')], {}, first).text).toBe(first);
	});

	it('takes the new key of a camera in the file that is named, after it has joined again', () => {
		const first = draft([joinedAs('porch')], { source: 'test' }).text;
		const { text, keys } = draft([joinedAs('porch')], { name: 'porch' }, first);
		expect([text, keys]).toEqual([first, { porch: keyOf('porch').reveal() }]);
	});

	it('uses what was said where a relay or a key was said', () => {
		const said = { name: 'gate', relay: 'https://elsewhere.example', key: keyOf('gate') };
		expect(draft([joinedAs('porch')], said).keys).toEqual({ gate: keyOf('gate').reveal() });
	});

	it('says what to do where nothing was paired', () => {
		expect(() => draft([])).toThrow(/oriel camera join/);
	});
});
