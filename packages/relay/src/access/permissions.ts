/** Who is calling, as far as the relay can tell. */
export type Principal =
	| { readonly kind: 'anonymous' }
	/** A program on this machine, spoken to directly and not through a proxy. */
	| { readonly kind: 'local' }
	| { readonly kind: 'owner'; readonly credential: string }
	/** A viewer token; `cameras` undefined means all of them. */
	| { readonly kind: 'viewer'; readonly credential: string; readonly cameras: ReadonlySet<string> | undefined }
	/** A publish key: opens one camera's way in, and nothing else. */
	| { readonly kind: 'camera'; readonly credential: string; readonly camera: string };

type Kind = Principal['kind'];

const ANYONE = ['anonymous', 'local', 'owner', 'viewer', 'camera'] as const;
const OWNER = ['owner'] as const;
const VIEWERS = ['owner', 'viewer'] as const;
const CAMERAS = ['camera'] as const;

/**
 * Everything that can be done, and by whom. What is not here cannot be done by anybody: routes and messages name
 * their action by its key, and the compiler accepts no other.
 */
export const PERMISSIONS = {
	'page.read': ANYONE,
	'health.read': ANYONE,
	'session.read': ANYONE,
	'session.open': ANYONE,
	'session.close': ANYONE,
	'setup.complete': ANYONE,
	'metrics.read': ['local', ...VIEWERS],
	'certificate.read': OWNER,
	'camera.list': VIEWERS,
	'camera.watch': VIEWERS,
	/** The seed's `/stream.mjpg`, which names no camera. */
	'seed.watch': VIEWERS,
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
	'agent:ping': CAMERAS,
	'agent:pong': CAMERAS,
	'agent:error': CAMERAS,
	'agent:goodbye': CAMERAS,
} as const satisfies Record<string, readonly Kind[]>;

export type Action = keyof typeof PERMISSIONS;

/** What a token for some cameras must not do, since no camera is named that could be checked. */
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
	if (principal.kind !== 'viewer' || principal.cameras === undefined) return true;
	return camera === undefined ? !SPEAKS_OF_ALL.has(action) : principal.cameras.has(camera);
}
