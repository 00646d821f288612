import { expect, it } from 'vitest';
import { PresentationLead } from './presentation-lead.ts';

it('is the largest offset of the pictures of late', () => {
	const lead = new PresentationLead();
	expect([0, 120, -40, 0].map((offset) => lead.note(offset))).toEqual([0, 120, 120, 120]);
});

it('is never negative: no picture was taken after it came', () => {
	expect(new PresentationLead().note(-500)).toBe(0);
});

it('forgets, but not within a run of pictures', () => {
	const lead = new PresentationLead();
	const leads = [120, ...new Array<number>(140).fill(40)].map((offset) => lead.note(offset));
	expect(leads.slice(0, 100).every((each) => each === 120)).toBe(true);
	expect(leads.at(-1)).toBe(40);
});
