import type { Target } from '@oriel/testing/attack';
import { TestBrowser } from '@oriel/testing/relay/browser';
import { PASSWORD, type RelayProcess } from '@oriel/testing/relay-process';
import { ATTACKS } from '../security/attacks/all.ts';

/** What attackers have been given: a viewer's token, a share link, and for each attack the key of a camera of its own. */
export async function targetsOf(
	relay: RelayProcess,
	camera: string,
	seedPort: number,
): Promise<(name: string) => Target> {
	const owner = new TestBrowser(relay.url);
	await owner.post('/api/setup', { token: await relay.setupToken(), password: PASSWORD });
	const { json } = await owner.post('/api/links', { cameras: [camera], label: 'in hostile hands' });
	const token = await relay.addToken();
	const keys = new Map<string, string>();
	for (const name of Object.keys(ATTACKS)) keys.set(name, await relay.addKey(hostileCamera(name)));
	return (name) => ({
		...{ port: relay.port, seedPort, camera, token, share: json.token },
		key: keys.get(name) ?? '',
		hostileCamera: hostileCamera(name),
	});
}

function hostileCamera(attack: string): string {
	return `hostile-${attack.toLowerCase()}`;
}
