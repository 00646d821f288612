/** The command line, the environment or a configuration file asks for something that cannot be. Exit code 2. */
export class UsageError extends Error {
	override readonly name = 'UsageError';
}
