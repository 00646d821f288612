import type { Certificate, CertificateReport } from '@oriel/api';
import { CopyLine } from '../../ui/copy-line.tsx';
import { Pill, type Tone } from '../../ui/pill.tsx';
import { ProblemLine } from '../../ui/problem-line.tsx';
import { certificateState, sentence } from '../certificate/certificate-words.ts';
import { useCertificate } from '../certificate/use-certificate.ts';
import { dateWords, inWords } from '../time-words.ts';
import { fullTroubleOf } from '../trouble.ts';
import styles from './certificate-section.module.css';
import section from './list/section.module.css';
import { Section } from './list/section.tsx';

const LOOKS: Readonly<Record<Certificate['state'], readonly [Tone, string]>> = {
	good: ['good', 'Valid'],
	'self-signed': ['quiet', 'Self-signed'],
	ending: ['warn', 'Expires soon'],
	ended: ['bad', 'Expired'],
	none: ['quiet', 'None'],
};

/** How the relay's certificate is. */
export function CertificateSection() {
	const answer = useCertificate();
	return (
		<Section title="Certificate" words="What browsers and cameras identify this relay by.">
			{!answer && (
				<p class={section.words} role="status">
					Reading…
				</p>
			)}
			{answer && answer.kind !== 'success' && <ProblemLine>{fullTroubleOf(answer)}</ProblemLine>}
			{answer?.kind === 'success' && <Report certificate={answer.value} />}
		</Section>
	);
}

function Report({ certificate }: { certificate: Certificate }) {
	const [tone, word] = LOOKS[certificate.state];
	return (
		<>
			<p>
				<Pill tone={tone}>{word}</Pill>
			</p>
			<p class={section.words}>{certificateState(certificate)}</p>
			{certificate.state !== 'none' && <Details report={certificate} />}
		</>
	);
}

function Details({ report: { names, issuer, notAfter, pin, problem, nextTryAt } }: { report: CertificateReport }) {
	return (
		<>
			{problem && (
				<ProblemLine>
					{sentence(problem)}
					{nextTryAt && ` The next try is ${inWords(nextTryAt, Date.now())}.`}
				</ProblemLine>
			)}
			<dl class={styles.facts}>
				<dt>Names</dt>
				<dd>{names.join(', ')}</dd>
				<dt>Issuer</dt>
				<dd>{issuer}</dd>
				<dt>Valid until</dt>
				<dd>{dateWords(notAfter)}</dd>
			</dl>
			<p class={section.words}>Its fingerprint, for cameras that are set up by hand:</p>
			<CopyLine command={pin} what="the fingerprint" />
		</>
	);
}
