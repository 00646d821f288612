import type { Clock, Log, LoopLag, Micros } from '@oriel/base';
import type { Access } from '../auth/access.ts';
import type { Permissions, Principal } from '../auth/policy.ts';
import type { Hub } from '../core/hub.ts';
import type { OpenPublishers } from '../core/open-publishers.ts';
import type { ReportFault } from '../errors/faults.ts';
import type { Route, UpgradeRoute } from '../http/route.ts';
import type { Memory } from '../memory/memory.ts';
import type { Acceptor } from '../socket/acceptor.ts';

/** What of the relay's configuration inputs and outputs need. */
export interface PluginConfig {
	/** Address to listen on. */
	readonly host: string;
	/** Largest picture accepted, in bytes. */
	readonly maxPictureBytes: number;
	/** Length-prefixed JPEGs over TCP; undefined: off. */
	readonly seed?: { readonly port: number; readonly camera: string; readonly allow: readonly string[] } | undefined;
}

/** What inputs and outputs count beside what the hub does. */
export interface PluginMetrics {
	/** A frame was this old when it had arrived here, or when a viewer displayed it. */
	observeAge(hop: 'ingest' | 'viewer', age: Micros): void;
	/** A try was refused because there had been too many. */
	countRateLimited(kind: string): void;
}

/** What an input or an output gets of the relay. */
export interface PluginContext {
	readonly config: PluginConfig;
	readonly hub: Hub;
	readonly access: Access;
	readonly memory: Memory;
	readonly clock: Clock;
	/** How late this process itself is. */
	readonly lag: Pick<LoopLag, 'ms'>;
	readonly log: Log;
	readonly report: ReportFault;
	readonly metrics: PluginMetrics;
	/** Aborted when the relay stops. */
	readonly signal: AbortSignal;
	/** The package `oriel` that runs here; undefined: it is not to be passed on. */
	readonly program: { readonly folder: string; readonly version: string } | undefined;
	/** `sha256/BASE64` of the public key of a certificate that signs itself; undefined if it is one that all trust. */
	readonly pin: () => string | undefined;
	/** Name and version, for greetings. */
	readonly software: string;
	/** Publishers of each camera, of which only so many may be open. */
	readonly publishers: OpenPublishers;
	/** Called for a viewer that misses frames second after second. */
	readonly fellBehind: () => void;
	/** Accepts WebSockets that speak oriel.v1. `takesPictures`: from peers that send frames. */
	readonly acceptor: (options: { readonly takesPictures: boolean }) => Acceptor;
}

/** What an input or an output adds to a running relay. */
export interface Opened {
	readonly routes?: readonly Route<Principal, string>[];
	readonly upgrades?: readonly UpgradeRoute<Principal, string>[];
	/** A listener of its own. */
	readonly listener?: AsyncDisposable & { readonly port: number };
}

/**
 * An input (how frames come in) or an output (how they leave). It brings its routes, its rows of the permission table, its
 * name in metrics and its section of the documentation. Adding one is a folder and a line in `plugins.ts`.
 */
export interface Plugin {
	readonly name: string;
	/** Rows for the actions that its routes and messages name; default: it names only those of the core. */
	readonly permissions?: Permissions;
	/** Its name as an output in metrics; undefined: it is an input. */
	readonly output?: string;
	/** Where it is described, e.g. `docs/http-api.md#pictures`. */
	readonly docs: string;
	/** To be called once, before the relay's port is open. */
	open(context: PluginContext): Opened | Promise<Opened>;
}
