import { silentLog } from '@oriel/base';
import { FakeClock } from '@oriel/testing/fake-clock';
import { describe, expect, it } from 'vitest';
import { HASH_CHECK_TIMEOUT_MS, SignInCheck } from './sign-in-check.ts';

function setUp() {
	const clock = new FakeClock();
	const probes: { resolve(): void; reject(reason: Error): void }[] = [];
	const errors: string[] = [];
	const log = { ...silentLog, error: (words: string) => errors.push(words) };
	const check = new SignInCheck(
		() => new Promise<void>((resolve, reject) => probes.push({ resolve, reject })),
		clock,
		log,
	);
	/** How a question ended, once it has. */
	const asked = () => {
		const question = { answer: '' };
		check.require().then(
			() => (question.answer = 'works'),
			({ code }) => (question.answer = code),
		);
		return question;
	};
	return { clock, probes, errors, asked };
}

describe('the check of sign-in', () => {
	it('hashes once for all who ask at the same time, and once in ten seconds', async () => {
		const { clock, probes, errors, asked } = setUp();
		const questions = [asked(), asked(), asked()];
		await clock.settle(1000);
		expect(questions.map(({ answer }) => answer)).toEqual(['', '', '']);
		probes[0]?.resolve();
		await clock.settle();
		expect(questions.map(({ answer }) => answer)).toEqual(['works', 'works', 'works']);
		await clock.settle(9_990);
		const again = asked();
		await clock.settle();
		expect([again.answer, probes.length]).toEqual(['works', 1]);
		await clock.settle(10);
		const later = asked();
		expect(probes).toHaveLength(2);
		probes[1]?.resolve();
		await clock.settle();
		expect(later.answer).toBe('works');
		expect(errors).toEqual([]);
		expect(clock.pending).toBe(0);
	});

	it('says after five seconds that a hash does not come back, then at once, and hangs no second one behind it', async () => {
		const { clock, probes, errors, asked } = setUp();
		const first = asked();
		await clock.settle(HASH_CHECK_TIMEOUT_MS - 10);
		expect(first.answer).toBe('');
		await clock.settle(10);
		expect(first.answer).toBe('busy');
		expect(errors).toEqual(['a password hash does not finish: no user can sign in']);
		const second = asked();
		await clock.settle();
		expect([second.answer, probes.length, clock.pending]).toEqual(['busy', 1, 0]);
		await clock.settle(60_000, 1000);
		probes[0]?.resolve();
		await clock.settle();
		const third = asked();
		await clock.settle();
		expect([third.answer, probes.length]).toEqual(['works', 1]);
	});

	it('fails where hashing fails, and looks again later', async () => {
		const { clock, probes, errors, asked } = setUp();
		const first = asked();
		probes[0]?.reject(new Error('no scrypt here'));
		await clock.settle();
		const second = asked();
		await clock.settle();
		expect([first.answer, second.answer, probes.length]).toEqual(['busy', 'busy', 1]);
		expect(errors).toEqual(['passwords cannot be hashed: no user can sign in']);
		await clock.settle(10_000, 1000);
		const third = asked();
		probes[1]?.resolve();
		await clock.settle();
		expect(third.answer).toBe('works');
	});
});
