import type { CertificateReport } from '@oriel/api';
import { describe, expect, it } from 'vitest';
import { certificateState, certificateWarning } from './certificate-words.ts';

const NOW = Date.UTC(2026, 10, 22, 14, 2);
const good: CertificateReport = {
	source: 'ordered',
	state: 'good',
	names: ['cam.example.org'],
	issuer: 'Test CA',
	notBefore: new Date(NOW - 70 * 86_400_000).toISOString(),
	notAfter: new Date(NOW + 20 * 86_400_000).toISOString(),
	pin: 'sha256/x',
	problem: null,
	nextTryAt: null,
};

describe('the warning on the wall', () => {
	it.each(['good', 'self-signed'] as const)('stays away while it is %s', (state) => {
		expect(certificateWarning({ ...good, state }, NOW)).toBeUndefined();
	});

	it('stays away while there is none', () => {
		expect(certificateWarning({ source: 'none', state: 'none' }, NOW)).toBeUndefined();
	});

	it('says when it ends and why it was not renewed', () => {
		expect(certificateWarning({ ...good, state: 'ending', problem: 'port 80 is closed' }, NOW)).toBe(
			'The relay’s certificate expires in 20 days and has not been renewed. port 80 is closed.',
		);
	});

	it('tells a problem of one that is still good', () => {
		expect(certificateWarning({ ...good, problem: 'The file cannot be read.' }, NOW)).toBe(
			'The relay’s certificate has a problem. The file cannot be read.',
		);
	});

	it('says that it has ended', () => {
		expect(certificateWarning({ ...good, state: 'ended' }, NOW)).toContain('has expired');
	});
});

it('knows who renews it', () => {
	expect(certificateState(good)).toContain('renewed automatically');
	expect(certificateState({ ...good, source: 'files' })).toContain('file');
});
