/** Who is calling, as far as the relay can tell. `credential` is the hash of what they showed. */
export type Principal =
	| { readonly kind: 'anonymous' }
	/** A program on this machine, spoken to directly and not through a proxy. */
	| { readonly kind: 'local' }
	/** A person who looks after the relay. */
	| { readonly kind: 'owner'; readonly credential: string; readonly person: string }
	/** A person who may watch; `cameras` undefined means all of them. */
	| {
			readonly kind: 'viewer';
			readonly credential: string;
			readonly person: string;
			readonly cameras: ReadonlySet<string> | undefined;
	  }
	/** A browser in which a share link was opened. */
	| {
			readonly kind: 'guest';
			readonly credential: string;
			readonly link: string;
			readonly cameras: ReadonlySet<string>;
	  }
	/** A program that watches; `cameras` undefined means all of them. */
	| { readonly kind: 'token'; readonly credential: string; readonly cameras: ReadonlySet<string> | undefined }
	/** A publish key: opens one camera's way in, and nothing else. */
	| { readonly kind: 'camera'; readonly credential: string; readonly camera: string };

type Kind = Principal['kind'];

const ANYONE = ['anonymous', 'local', 'owner', 'viewer', 'guest', 'token', 'camera'] as const;
const VIEWERS = ['owner', 'viewer', 'guest', 'token'] as const;
const PEOPLE = ['owner', 'viewer'] as const;
const OWNERS = ['owner'] as const;
const CAMERAS = ['camera'] as const;

/**
 * Everything that can be done, and by whom. What is not here cannot be done by anybody: routes and messages name
 * their action by its key, and the compiler accepts no other.
 */
export const PERMISSIONS = {
	'page.read': ANYONE,
	'health.read': ANYONE,
	'metrics.read': ['local', 'owner', 'token'],

	// Signing in and out, and spending what was given to somebody: the secret in the body is what opens.
	'session.read': ANYONE,
	'session.open': ANYONE,
	'session.close': ANYONE,
	'setup.complete': ANYONE,
	'invitation.look': ANYONE,
	'invitation.accept': ANYONE,
	'pairing.join': ANYONE,

	// A person's own matters; the handlers keep viewers to what is theirs.
	'session.list': PEOPLE,
	'session.revoke': PEOPLE,
	'password.change': PEOPLE,

	'person.list': OWNERS,
	'person.add': OWNERS,
	'person.change': OWNERS,
	'person.remove': OWNERS,
	'person.invite': OWNERS,
	'link.list': OWNERS,
	'link.add': OWNERS,
	'link.revoke': OWNERS,
	'token.list': OWNERS,
	'token.add': OWNERS,
	'token.revoke': OWNERS,
	'key.list': OWNERS,
	'key.revoke': OWNERS,
	'pairing.list': OWNERS,
	'pairing.start': OWNERS,
	'pairing.read': OWNERS,
	'pairing.cancel': OWNERS,
	'event.list': OWNERS,
	'certificate.read': OWNERS,
	'camera.remove': OWNERS,
	'viewer.list': OWNERS,
	'control.read': OWNERS,
	'control.change': OWNERS,

	'camera.list': VIEWERS,
	'camera.watch': VIEWERS,
	/** The seed's `/stream.mjpg`, which names no camera. */
	'seed.watch': ['owner', 'viewer', 'token'],
	'camera.publish': CAMERAS,
	'live.open': VIEWERS,
	'agent.open': CAMERAS,

	// Messages on the two WebSockets, as SOCKET:TYPE.
	'live:hello': VIEWERS,
	'live:watch': VIEWERS,
	'live:ack': VIEWERS,
	'live:ping': VIEWERS,
	'live:pong': VIEWERS,
	'live:error': VIEWERS,
	'live:goodbye': VIEWERS,
	'agent:hello': CAMERAS,
	'agent:announce': CAMERAS,
	'agent:withdraw': CAMERAS,
	'agent:frame': CAMERAS,
	'agent:poster': CAMERAS,
	'agent:status': CAMERAS,
	'agent:controls': CAMERAS,
	'agent:ping': CAMERAS,
	'agent:pong': CAMERAS,
	'agent:error': CAMERAS,
	'agent:goodbye': CAMERAS,
} as const satisfies Record<string, readonly Kind[]>;

export type Action = keyof typeof PERMISSIONS;

/** What somebody who may see some cameras must not do, since no camera is named that could be checked. */
const SPEAKS_OF_ALL: ReadonlySet<Action> = new Set<Action>(['metrics.read', 'seed.watch']);

/** Whether `principal` may send a message of that type on that socket. */
export function maySend(principal: Principal, socket: 'live' | 'agent', type: string): boolean {
	const action = `${socket}:${type}`;
	return Object.hasOwn(PERMISSIONS, action) && may(principal, action as Action);
}

/** Whether `principal` may do `action`, to `camera` if the action is about one. */
export function may(principal: Principal, action: Action, camera?: string): boolean {
	if (!(PERMISSIONS[action] as readonly Kind[]).includes(principal.kind)) return false;
	if (principal.kind === 'camera') return camera === undefined || camera === principal.camera;
	if (!('cameras' in principal) || principal.cameras === undefined) return true;
	return camera === undefined ? !SPEAKS_OF_ALL.has(action) : principal.cameras.has(camera);
}

/**
 * Whether `principal` is told why a camera brings no pictures: those words come from inside its machine, and may name
 * programs, processes and files of it.
 */
export function mayKnowWhy({ kind }: Principal): boolean {
	return kind === 'owner';
}

/** Whether the two may see the same cameras. */
export function seesTheSame(one: Principal, other: Principal): boolean {
	return scopeOf(one) === scopeOf(other);
}

function scopeOf(principal: Principal): string {
	if (principal.kind === 'owner') return '*';
	if (principal.kind === 'camera') return principal.camera;
	return 'cameras' in principal ? (principal.cameras ? [...principal.cameras].sort().join() : '*') : '';
}
