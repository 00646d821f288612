import type { Clock, Log } from '@oriel/base';
import { RequestRates } from './api/request-rates.ts';
import { apiRoutes } from './api/routes.ts';
import type { Accounts } from './auth/accounts.ts';
import { httpCredentials } from './auth/http-credentials.ts';
import type { Lease } from './auth/leases.ts';
import type { Principal } from './auth/policy.ts';
import type { RelayConfig } from './config.ts';
import type { Hub } from './core/hub.ts';
import type { ReportFault } from './errors/faults.ts';
import { RelayError } from './errors/relay-error.ts';
import { AddressRanges } from './http/address-range.ts';
import { networkOf } from './http/network.ts';
import type { Peers } from './http/peer.ts';
import { HttpServer, type ServerOptions } from './http/server.ts';
import { StaticFiles } from './http/static.ts';
import { staticRoutes } from './http/static-routes.ts';
import type { Metrics } from './metrics/metrics.ts';
import type { OutsideNote } from './outside-note.ts';
import type { OpenedPlugins } from './plugin/open-plugins.ts';
import type { Tls } from './tls/open.ts';

export interface HttpParts {
	readonly config: RelayConfig;
	readonly accounts: Accounts;
	readonly hub: Hub;
	readonly metrics: Metrics;
	readonly peers: Peers;
	readonly tls: Tls | undefined;
	/** Hears of every request. */
	readonly outside: OutsideNote;
	readonly clock: Clock;
	readonly log: Log;
	readonly report: ReportFault;
	readonly version: string;
	/** Folder with the built page. */
	readonly page: string;
	readonly opened: OpenedPlugins;
	/** Aborted when the relay stops. */
	readonly signal: AbortSignal;
}

type Guard = ServerOptions<Principal, string>['guard'];

/** Opens the relay's port: the API, the page, and what inputs and outputs bring. */
export function listenHttp(parts: HttpParts): Promise<HttpServer> {
	const { config, accounts, metrics, peers, tls, clock, log, report, opened, page } = parts;
	const { access } = accounts;
	const proxies = new AddressRanges(config.trustProxy ?? []);
	const limited = metrics.countRateLimited;
	const rates = new RequestRates({ clock, addressOf: peers.addressOf, policy: access.policy, limited });
	return HttpServer.listen<Principal, string>({
		host: config.host,
		port: config.port,
		maxConnections: config.maxConnections,
		maxConnectionsPerAddress: config.maxConnectionsPerAddress,
		isExempt: (address) => proxies.has(address),
		...{ limited, clock, log, report, peers, tls },
		callerOf: (who, address) => ('credential' in who ? who.credential : networkOf(address)),
		hold: ({ who, action, params, end }) => access.lease(answerLease(who, action, params.camera, end)),
		count: (request) => rates.count(request),
		guard: guardOf(parts, rates),
		routes: [
			...opened.routes,
			...apiRoutes(parts),
			...staticRoutes<Principal, string>(new StaticFiles(page), 'page.read'),
		],
		upgrades: opened.upgrades,
	});
}

/** Lets in who may do what they ask for, and counts the calls of each. */
function guardOf({ config, accounts: { access }, peers, outside, signal }: HttpParts, rates: RequestRates): Guard {
	return (request, action, params) => {
		outside.onRequest(peers.addressOf(request));
		if (signal.aborted && action !== 'health.read') throw draining();
		if (config.onlyThroughProxy && action !== 'health.read' && peers.isAround(request)) throw aroundProxy();
		rates.countCall(request, action);
		const who = access.admit(httpCredentials(request, peers), action, params.camera);
		const counted = (known: Principal) => {
			rates.countCaller(known, action);
			return known;
		};
		return who instanceof Promise ? who.then(counted) : counted(who);
	};
}

/** An answer that ends of itself, as a lease. */
function answerLease(who: Principal, action: string, camera: string | undefined, ended: () => void): Lease {
	return { who, action, ended, isBrief: true, ...(camera === undefined ? {} : { camera }) };
}

/** What those are told who come around the proxy that has the certificate: they come in the clear. */
function aroundProxy(): RelayError {
	return new RelayError('forbidden', 'This port is for the proxy in front of the relay; use its https address');
}

/** What newcomers are told while those who are here are sent away. */
function draining(): RelayError {
	return new RelayError('draining', 'The relay stops', { retryAfterSeconds: 1 });
}
