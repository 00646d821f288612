import { expect, it } from 'vitest';
import { RELAY_ENVIRONMENT_PATH, readEnvironment, relayInstallSteps } from './relay-service.ts';

it('reads the options of the service as they were written, whatever is in them', () => {
	const variables = new Map([
		['ORIEL_PORT', '8443'],
		['ORIEL_DOMAIN', 'cam.example.org'],
		['ORIEL_TLS_CERT', '/a "b" $c `d` \\e.pem'],
	]);
	const options = { program: ['node'], unit: 'ExecStart=x\n', sysctl: '', hasBbr: false, variables, firewall: [] };
	const step = relayInstallSteps(options).find((each) => each.do === 'file' && each.path === RELAY_ENVIRONMENT_PATH);
	expect(readEnvironment(step?.do === 'file' ? step.content : '')).toEqual(variables);
});

it('reads one that a person has written', () => {
	const text = '# mine\n ORIEL_PORT=80 \nORIEL_TLS=\'off\'\n\nORIEL_HOST="127.0.0.1"\nnonsense\nORIEL_EMPTY=\n';
	expect([...readEnvironment(text)]).toEqual([
		['ORIEL_PORT', '80'],
		['ORIEL_TLS', 'off'],
		['ORIEL_HOST', '127.0.0.1'],
		['ORIEL_EMPTY', ''],
	]);
});
