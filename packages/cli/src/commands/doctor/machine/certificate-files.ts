import { X509Certificate } from 'node:crypto';
import { join } from 'node:path';
import { reasonOf } from '@oriel/base';
import { lifeOf } from '../certificate.ts';
import type { Finding } from '../finding.ts';
import type { Check } from './check.ts';
import { closed } from './data-directory.ts';
import type { RelayFacts } from './relay-facts.ts';
import type { MachineView } from './view.ts';

const WHAT = 'certificate';

/** The certificate in the relay's files, and how ordering it went. */
export const certificateFiles: Check = (view, relay) => {
	const { tls } = relay.config;
	if (tls === undefined) return [plain(relay)];
	if (tls.mode === 'files') return [fileFinding(view, tls.cert)];
	const folder = join(view.data, 'tls');
	if (tls.mode === 'self-signed') return [selfSigned('as asked for with --tls self-signed', NAME)];
	return [orderedFinding(view, join(folder, 'ordered.pem'), relay), ...ordering(view, join(folder, 'state.json'))];
};

function plain({ config: { trustProxy, host } }: RelayFacts): Finding {
	if (trustProxy !== undefined) return { what: WHAT, verdict: 'good', words: 'plain HTTP: the proxy in front has it' };
	if (/^(127\.|::1$|localhost$)/.test(host))
		return { what: WHAT, verdict: 'good', words: 'plain HTTP, for programs on this machine only' };
	const words = 'plain HTTP: anyone on the network path can read the password and see the video';
	return { what: WHAT, verdict: 'poor', words, cure: 'Start the relay without --tls off.' };
}

function orderedFinding(view: MachineView, path: string, { config: { tls }, domains }: RelayFacts): Finding {
	if (view.file(path).is !== 'missing') return fileFinding(view, path);
	const isNamed = domains.length > 0 || (tls?.mode === 'auto' && tls.publicAddress !== undefined);
	return selfSigned('none has been ordered yet', isNamed ? WAIT : NAME);
}

const NAME = 'Give the relay its name: --domain NAME, or --public-ip ADDRESS';
const WAIT = 'The first order takes some seconds; if it fails, "ordering" says why.';

function selfSigned(why: string, cure: string): Finding {
	const words = `self-signed, ${why}: browsers warn, cameras check it by its pin`;
	return { what: WHAT, verdict: 'poor', words, cure };
}

function fileFinding(view: MachineView, path: string): Finding {
	const found = view.file(path);
	if (found.is === 'closed') return closed(WHAT, found.reason, view);
	if (found.is === 'missing') return { what: WHAT, verdict: 'bad', words: `${path} is not there` };
	try {
		const { validFrom, validTo, issuer } = new X509Certificate(found.text);
		const names = Object.fromEntries(issuer.split('\n').map((line) => line.split('=')));
		const life = { from: Date.parse(validFrom), to: Date.parse(validTo), issuer: names.O ?? names.CN ?? issuer };
		return { what: WHAT, ...lifeOf(life, view.wall()) };
	} catch (failure) {
		return { what: WHAT, verdict: 'bad', words: `${path} cannot be used: ${reasonOf(failure)}` };
	}
}

/** What the relay has noted about ordering its certificate. */
function ordering({ file }: MachineView, path: string): Finding[] {
	const what = 'ordering';
	const found = file(path);
	// The certificate has said so already.
	if (found.is !== 'text') return [];
	try {
		const { problem, nextTryAt } = JSON.parse(found.text);
		if (typeof problem !== 'string') return [{ what, verdict: 'good', words: 'the last certificate came' }];
		const cure = 'Fix what it names; the findings on ports, firewall and names say how.';
		return [{ what, verdict: 'bad', words: `${problem}; tried again at ${nextTryAt}`, cure }];
	} catch (failure) {
		return [{ what, verdict: 'bad', words: `${path} cannot be used: ${reasonOf(failure)}` }];
	}
}
