import type { CameraMethod } from '../../packages/agent/src/capture/method.ts';

/** What `detect` found out about one camera and `command` needs. */
export interface PeriscopeInput {
	readonly serial: string;
}

/** A type of camera: `periscope --list` prints serial numbers, `periscope --serial N` writes JPEGs. */
export const periscope: CameraMethod<PeriscopeInput> = {
	name: 'periscope',
	specs: ['periscope:SERIAL'],
	target(spec) {
		if (!spec.startsWith('periscope:')) return undefined;
		return { kind: 'periscope', name: spec, description: `the periscope ${spec.slice('periscope:'.length)}` };
	},
	async detect({ computer, looksFor }) {
		if (!looksFor('periscope')) return { candidates: [] };
		const { stdout } = await computer.ask('periscope', ['--list']);
		const serials = stdout.split('\n').filter((line) => line !== '');
		return {
			candidates: serials.map((serial) => ({
				score: 150,
				reason: `the periscope ${serial} makes JPEG itself`,
				label: `periscope ${serial}`,
				camera: `periscope:${serial}`,
				names: [`periscope:${serial}`],
				codec: 'jpeg',
				input: { serial },
			})),
			findings: () => [{ code: 'low-tide', words: 'The tide is low.', fix: 'Wait.', isFatal: false }],
			absence: 'That periscope is under water. Raise it.',
			programs: [['periscope', 'there']],
			cameras: serials.map((serial) => [serial, 'raised']),
			facts: { periscopes: serials },
		};
	},
	command: ({ label, input }, { quality = 50 }) => ({
		description: label,
		program: 'periscope',
		arguments: ['--serial', input.serial, '--quality', `${quality}`],
		output: 'stream',
		firstPictureMs: 12_000,
		stallMs: 3000,
	}),
	diagnose({ words }, { input }) {
		if (!words.includes('E42')) return { fault: 'ended', message: 'the periscope ended', again: 'soon' };
		return { fault: 'busy', message: `The captain looks through ${input.serial}.`, again: 'soon' };
	},
	holders: async () => [{ name: 'captain', pid: 7 }],
};
