import { keys, type PublishKey } from '@oriel/api';
import { type Answer, mapAnswer } from './answer.ts';
import { call } from './call.ts';

export async function listKeys(): Promise<Answer<readonly PublishKey[]>> {
	return mapAnswer(await call(keys.list, {}), (answer) => answer.keys);
}
