import { cameras } from './cameras.ts';
import { certificate } from './certificate.ts';
import { controls } from './controls.ts';
import { events } from './events.ts';
import { health, metrics } from './health.ts';
import { install } from './install.ts';
import { invitations } from './invitations.ts';
import { join } from './join.ts';
import { keys } from './keys.ts';
import { links } from './links.ts';
import type { Resource } from './operation.ts';
import { outside } from './outside.ts';
import { pairings } from './pairings.ts';
import { people } from './people.ts';
import { ingest, pictures } from './pictures.ts';
import { password, session, setup } from './session.ts';
import { sessions } from './sessions.ts';
import { tokens } from './tokens.ts';
import { viewers } from './viewers.ts';

/** All resources by name: what docs/http-api.md lists, without the page's files and the WebSockets. */
export const resources: Readonly<Record<string, Resource>> = {
	cameras,
	certificate,
	controls,
	events,
	health,
	ingest,
	install,
	invitations,
	join,
	keys,
	links,
	metrics,
	outside,
	pairings,
	password,
	people,
	pictures,
	session,
	sessions,
	setup,
	tokens,
	viewers,
};
