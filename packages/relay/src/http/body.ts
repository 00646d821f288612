import type { IncomingMessage } from 'node:http';
import { type Bodies, bodies, type OperationWithBody } from '@oriel/api';
import { type Clock, reasonOf } from '@oriel/base';
import * as v from 'valibot';
import { RelayError } from '../errors/relay-error.ts';

/** Largest JSON body; every one of ours is far smaller. */
export const MAX_JSON_BYTES = 16 * 1024;
/** A JSON body must be here in this time. */
export const JSON_BODY_TIMEOUT_MS = 10_000;

/** The request's JSON body, checked against `shape`. Only `application/json` is read: a form of another site cannot send that. */
export async function readJson<S extends v.GenericSchema>(
	request: IncomingMessage,
	shape: S,
	clock: Clock,
): Promise<v.InferOutput<S>> {
	const type = request.headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase();
	if (type !== 'application/json') {
		throw new RelayError('unsupported-media', `Content type is "${type ?? ''}"; application/json is expected`);
	}
	const result = v.safeParse(shape, parse(await readText(request, MAX_JSON_BYTES, clock)));
	if (result.success) return result.output;
	const issue = result.issues[0];
	throw new RelayError('bad-request', `${v.getDotPath(issue) ?? 'The body'}: ${issue.message}`);
}

/** The body of an operation of the HTTP API. */
export function readBody<O extends OperationWithBody>(
	request: IncomingMessage,
	{ body }: O,
	clock: Clock,
): Promise<v.InferOutput<Bodies[O['body']]>> {
	return readJson(request, bodies[body as O['body']], clock);
}

function parse(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch (cause) {
		throw new RelayError('bad-request', `The body is not JSON: ${reasonOf(cause)}`, { cause });
	}
}

/** The request's body as text, of at most `maxBytes`. Once it is refused, nothing of it is kept any more. */
export function readText(request: IncomingMessage, maxBytes: number, clock: Clock): Promise<string> {
	return new Promise((resolve, reject) => {
		let chunks: Buffer[] = [];
		let size = 0;
		const finish = (failure?: RelayError) => {
			cancel();
			request.off('data', take).off('end', ended).off('error', broke).off('close', broke);
			if (failure) reject(failure);
			else resolve(Buffer.concat(chunks).toString('utf8'));
			chunks = [];
		};
		const take = (chunk: Buffer) => {
			size += chunk.length;
			if (size > maxBytes) finish(new RelayError('too-large', `The body has over ${maxBytes} bytes`));
			else chunks.push(chunk);
		};
		const ended = () => finish();
		const broke = () => finish(new RelayError('bad-request', 'The connection broke while the body was read'));
		const cancel = clock.after(JSON_BODY_TIMEOUT_MS, () =>
			finish(new RelayError('timed-out', `The body did not arrive within ${JSON_BODY_TIMEOUT_MS / 1000} s`)),
		);
		// A connection that breaks later, too, must not end the process.
		request.on('error', () => {});
		request.on('data', take).on('end', ended).on('error', broke).on('close', broke);
		if (request.destroyed) broke();
	});
}
