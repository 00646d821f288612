import type { Certificate } from '@oriel/api';
import { useEffect, useState } from 'preact/hooks';
import type { Answer } from '../../api/answer.ts';
import { readCertificate } from '../../api/certificate.ts';

/** A certificate that nears its end does so in days. */
const LOOK_EVERY_MS = 15 * 60_000;

/** How the relay's certificate is, for its owner; undefined until the relay has answered. */
export function useCertificate(): Answer<Certificate> | undefined {
	const [answer, setAnswer] = useState<Answer<Certificate>>();
	useEffect(() => {
		const look = () => void readCertificate().then(setAnswer);
		look();
		const timer = setInterval(look, LOOK_EVERY_MS);
		return () => clearInterval(timer);
	}, []);
	return answer;
}
