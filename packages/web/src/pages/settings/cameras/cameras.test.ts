import { expect, it } from 'vitest';
import { keyWords } from './key-words.ts';
import { keyedCameras } from './keyed-cameras.ts';

const NOW = Date.UTC(2026, 10, 22, 14, 2);
const key = (camera: string, id: string, days: number) => ({
	id,
	camera,
	createdAt: new Date(NOW - days * 86_400_000).toISOString(),
});

it('says how old the newest key is', () => {
	expect(keyWords([], NOW)).toBe('no key');
	expect(keyWords([key('porch', 'a', 3)], NOW)).toBe('key made 3 days ago');
	expect(keyWords([key('porch', 'a', 30), key('porch', 'b', 4)], NOW)).toBe('2 keys, the newest made 4 days ago');
});

it('lists a camera of which only its key is known', () => {
	expect(keyedCameras([key('shed', 'a', 0)], [])).toMatchObject([{ name: 'shed', label: 'shed', camera: undefined }]);
});
