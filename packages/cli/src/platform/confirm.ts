import { createInterface } from 'node:readline';

/** Asks a question that Enter answers with no; undefined: there is no terminal to ask at. */
export function terminalConfirmation(): ((question: string) => Promise<boolean>) | undefined {
	if (process.stdin.isTTY !== true) return undefined;
	return (question) => {
		const lines = createInterface({ input: process.stdin, output: process.stderr });
		return new Promise<boolean>((resolve) => {
			lines.question(`${question} [y/N] `, (answer) => {
				resolve(/^y(es)?$/i.test(answer.trim()));
				lines.close();
			});
			lines.once('close', () => resolve(false));
			lines.once('SIGINT', () => {
				process.once('SIGINT', () => lines.close());
				process.kill(process.pid, 'SIGINT');
			});
		});
	};
}
