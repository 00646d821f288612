import { links, type NewLink, type ShareLink } from '@oriel/api';
import { type Answer, mapAnswer } from './answer.ts';
import { call } from './call.ts';
import { linkTo } from './link-to.ts';

/** Those that are still good. */
export async function listLinks(): Promise<Answer<readonly ShareLink[]>> {
	return mapAnswer(await call(links.list, {}), (answer) => answer.links);
}

/** Makes one. The address that is answered is shown this once. */
export async function addLink(body: NewLink): Promise<Answer<string>> {
	return mapAnswer(await call(links.add, { body }), ({ path }) => linkTo(path));
}

/** Ends one and all that is open by it. */
export function revokeLink(id: string): Promise<Answer<undefined>> {
	return call(links.revoke, { params: { link: id } });
}
