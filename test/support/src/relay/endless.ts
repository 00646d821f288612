import { request } from 'node:http';
import { noteSecretsIn } from '../secret-ledger.ts';
import { until } from '../turns.ts';

/** A program or an `<img>` that reads an endless answer. */
export class EndlessReader {
	bytes = 0;
	isOver = false;

	private constructor() {}

	/** Resolves when pictures come; rejects with the status if they are refused. */
	static async open(url: string, headers: Record<string, string>): Promise<EndlessReader> {
		noteSecretsIn(Object.values(headers).join(' '));
		const reader = new EndlessReader();
		let refused: number | undefined;
		const call = request(url, { headers, agent: false }, (response) => {
			if (response.statusCode !== 200) refused = response.statusCode;
			response.on('data', (chunk: Buffer) => {
				reader.bytes += chunk.length;
			});
			response.on('error', () => undefined);
			response.on('close', () => {
				reader.isOver = true;
			});
		});
		call.on('error', () => {
			reader.isOver = true;
		});
		call.end();
		await until(() => reader.bytes > 0 || refused !== undefined || reader.isOver);
		if (refused !== undefined) throw new Error(`refused: ${refused}`);
		return reader;
	}
}
