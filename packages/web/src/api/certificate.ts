import { type Certificate, certificate } from '@oriel/api';
import type { Answer } from './answer.ts';
import { call } from './call.ts';

export function readCertificate(): Promise<Answer<Certificate>> {
	return call(certificate.read, {});
}
