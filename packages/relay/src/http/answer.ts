import { type OutgoingHttpHeader, type OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { Request } from './request.ts';

type Headers = OutgoingHttpHeaders | OutgoingHttpHeader[];

/** What is called with the status and the length of an answer before any of it is made. It may throw to prevent it. */
export type OnHead = (status: number, bytes: number) => void;

/** An answer that tells how long it will be before it begins. */
export class Answer extends ServerResponse<Request> {
	onHead: OnHead | undefined;

	override writeHead(status: number, first?: string | Headers, second?: Headers): this {
		const headers = typeof first === 'string' ? second : first;
		this.onHead?.(status, this.req.method === 'HEAD' ? 0 : lengthIn(headers));
		return typeof first === 'string' ? super.writeHead(status, first, second) : super.writeHead(status, first);
	}
}

/** Our own code names headers in lower case, and says how long each answer is. */
function lengthIn(headers: Headers | undefined): number {
	if (headers === undefined || Array.isArray(headers)) return 0;
	return Number(headers['content-length'] ?? 0);
}
