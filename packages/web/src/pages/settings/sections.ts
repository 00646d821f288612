import type { SectionName } from '../route.ts';

/** What the parts of the settings are called. */
export const SECTION_TITLES: Readonly<Record<SectionName, string>> = {
	cameras: 'Cameras',
	people: 'Users',
	links: 'Share links',
	sessions: 'Sessions',
	tokens: 'API tokens',
	events: 'Activity',
	certificate: 'Certificate',
	password: 'Password',
};

const OF_VIEWERS: readonly SectionName[] = ['sessions', 'password'];

/** The sections that a user has. */
export function sectionsOf(role: 'owner' | 'viewer' | 'guest' | null): readonly SectionName[] {
	return role === 'owner' ? (Object.keys(SECTION_TITLES) as SectionName[]) : OF_VIEWERS;
}
