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

export type Kind = Principal['kind'];

export const ANYONE = ['anonymous', 'local', 'owner', 'viewer', 'guest', 'token', 'camera'] as const;
export const VIEWERS = ['owner', 'viewer', 'guest', 'token'] as const;
const PEOPLE = ['owner', 'viewer'] as const;
const OWNERS = ['owner'] as const;
/** Those that hold a publish key. */
export const CAMERAS = ['camera'] as const;

/** Who may do something, and what kind of thing it is. */
export interface Permission {
	readonly who: readonly Kind[];
	/** It keeps a connection open: a browser may have only so many. */
	readonly keepsOpen?: boolean;
	/** Default: true. What is not the API (files, streams) has no rate of API calls. */
	readonly isApi?: boolean;
	/** It names no camera and shows all: nothing for a caller who may see some of them only. */
	readonly isOfAllCameras?: boolean;
}

/** Named by routes and messages, e.g. `person.add`. */
export type Action = string;

/** By action, e.g. `person.add`; of messages by socket and type, e.g. `live:watch`. */
export type Permissions = Readonly<Record<string, Permission | readonly Kind[]>>;

/** Everything that can be done beside inputs and outputs, which bring rows of their own. */
export const CORE_PERMISSIONS: Permissions = {
	'page.read': { who: ANYONE, isApi: false },
	'health.read': { who: ANYONE, isApi: false },
	'metrics.read': { who: ['local', 'owner', 'token'], isApi: false, isOfAllCameras: true },

	// Signing in and out, and spending an invitation or a code: the secret in the body is what opens.
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
	'outside.read': OWNERS,
	'camera.remove': OWNERS,
	'viewer.list': OWNERS,
	'control.read': OWNERS,
	'control.change': OWNERS,

	'camera.list': VIEWERS,
	'camera.watch': { who: VIEWERS, isApi: false, keepsOpen: true },
};

/** The table of who may do what. What is not in it is refused to every caller. */
export class Policy {
	readonly #rows = new Map<string, Permission>();

	/** Throws if two tables have the same row. */
	constructor(...tables: readonly Permissions[]) {
		for (const table of tables) {
			for (const [action, row] of Object.entries(table)) {
				if (this.#rows.has(action)) throw new Error(`Two permission tables have a row for ${action}`);
				this.#rows.set(action, 'who' in row ? row : { who: row });
			}
		}
	}

	get actions(): Iterable<string> {
		return this.#rows.keys();
	}

	/** Undefined: it cannot be done. */
	permission(action: string): Permission | undefined {
		return this.#rows.get(action);
	}

	/** Whether `principal` may do `action`, to `camera` if the action is about one. */
	may(principal: Principal, action: string, camera?: string): boolean {
		const row = this.#rows.get(action);
		if (!row?.who.includes(principal.kind)) return false;
		if (principal.kind === 'camera') return camera === undefined || camera === principal.camera;
		if (!('cameras' in principal) || principal.cameras === undefined) return true;
		return camera === undefined ? row.isOfAllCameras !== true : principal.cameras.has(camera);
	}

	/** Whether `principal` may send a message of that type on that socket. */
	maySend(principal: Principal, socket: string, type: string): boolean {
		return this.may(principal, `${socket}:${type}`);
	}
}

/** Whether `principal` may see a camera. */
export function maySee(principal: Principal, camera: string): boolean {
	if (!(VIEWERS as readonly Kind[]).includes(principal.kind)) return false;
	return !('cameras' in principal) || principal.cameras === undefined || principal.cameras.has(camera);
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
