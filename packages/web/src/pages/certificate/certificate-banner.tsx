import { Banner } from '../../ui/banner.tsx';
import { settingsHref } from '../route.ts';
import { certificateWarning } from './certificate-words.ts';
import { useCertificate } from './use-certificate.ts';

/** A word of warning over the wall when the certificate needs its owner. */
export function CertificateBanner() {
	const answer = useCertificate();
	const warning = answer?.kind === 'success' ? certificateWarning(answer.value, Date.now()) : undefined;
	if (!warning) return null;
	return (
		<Banner words={warning}>
			<a href={settingsHref('certificate')}>See what is wrong</a>
		</Banner>
	);
}
