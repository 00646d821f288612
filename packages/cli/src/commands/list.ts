import type { Command } from './command.ts';

/** A command by its words. Its file, and all that only it needs, is loaded when it is asked for: a relay starts in half the time. */
export interface Listed {
	readonly name: string;
	load(): Promise<Command>;
}

/** Every command. */
export const COMMANDS: readonly Listed[] = [
	{ name: 'demo', load: async () => (await import('./demo.ts')).demoCommand },
	// Two words before the one word that they begin with.
	{ name: 'relay install', load: async () => (await import('./relay-install.ts')).relayInstall },
	{ name: 'relay uninstall', load: async () => (await import('./relay-install.ts')).relayUninstall },
	{ name: 'relay', load: async () => (await import('./relay.ts')).relayCommand },
	{ name: 'camera join', load: async () => (await import('./camera-join.ts')).cameraJoin },
	{ name: 'camera install', load: async () => (await import('./camera-install.ts')).cameraInstall },
	{ name: 'camera uninstall', load: async () => (await import('./camera-install.ts')).cameraUninstall },
	{ name: 'camera', load: async () => (await import('./camera.ts')).cameraCommand },
	{ name: 'doctor relay', load: async () => (await import('./doctor-relay.ts')).relayDoctor },
	{ name: 'doctor', load: async () => (await import('./doctor.ts')).doctorCommand },
	{ name: 'key add', load: async () => (await import('./keys.ts')).keyAdd },
	{ name: 'key list', load: async () => (await import('./keys.ts')).keyList },
	{ name: 'key remove', load: async () => (await import('./keys.ts')).keyRemove },
	{ name: 'token add', load: async () => (await import('./tokens.ts')).tokenAdd },
	{ name: 'token list', load: async () => (await import('./tokens.ts')).tokenList },
	{ name: 'token remove', load: async () => (await import('./tokens.ts')).tokenRemove },
	{ name: 'backup', load: async () => (await import('./backup.ts')).backupCommand },
	{ name: 'restore', load: async () => (await import('./restore.ts')).restoreCommand },
	{ name: 'update', load: async () => (await import('./update.ts')).updateCommand },
	{ name: 'owner reset', load: async () => (await import('./owner.ts')).ownerReset },
];

/** The command that `argv` begins with. */
export function commandIn(argv: readonly string[]): Listed | undefined {
	return COMMANDS.find(({ name }) => name === argv.slice(0, name.split(' ').length).join(' '));
}
