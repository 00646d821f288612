import { describe, expect, it } from 'vitest';
import { Lifetime } from './lifetime.ts';

describe('Lifetime', () => {
	it('undoes in reverse order, once', async () => {
		const seen: number[] = [];
		const lifetime = new Lifetime();
		lifetime.add(() => seen.push(1));
		lifetime.add(async () => seen.push(2));
		await Promise.all([lifetime.close(), lifetime.close()]);
		expect(seen).toEqual([2, 1]);
	});

	it('tries the rest after a failure and reports the first one', async () => {
		const seen: string[] = [];
		const lifetime = new Lifetime();
		lifetime.add(() => seen.push('reached'));
		lifetime.add(() => Promise.reject(new Error('broken hinge')));
		await expect(lifetime.close()).rejects.toThrow('broken hinge');
		expect(seen).toEqual(['reached']);
	});

	it('undoes at once what is added after its end', async () => {
		const lifetime = new Lifetime();
		await lifetime.close();
		let undone = false;
		lifetime.add(() => {
			undone = true;
		});
		expect(undone).toBe(true);
	});
});
