import type { Lifetime } from '@oriel/base';
import type { Principal } from '../auth/policy.ts';
import { RelayError } from '../errors/relay-error.ts';
import type { Route, UpgradeRoute } from '../http/route.ts';
import type { Plugin, PluginContext } from './plugin.ts';

/** What all inputs and outputs add to a relay. */
export interface OpenedPlugins {
	readonly routes: readonly Route<Principal, string>[];
	readonly upgrades: readonly UpgradeRoute<Principal, string>[];
	/** Names of the outputs, for metrics. */
	readonly outputs: readonly string[];
	/** Of those that listen themselves, by name. */
	readonly ports: Readonly<Record<string, number>>;
}

/** Opens inputs and outputs in their order. Rejects if one cannot be opened, or names an action that has no rule. */
export async function openPlugins(
	plugins: readonly Plugin[],
	lifetime: Lifetime,
	context: PluginContext,
): Promise<OpenedPlugins> {
	const routes: Route<Principal, string>[] = [];
	const upgrades: UpgradeRoute<Principal, string>[] = [];
	const ports: Record<string, number> = {};
	for (const plugin of plugins) {
		const opened = await plugin.open(context);
		for (const { path, action } of [...(opened.routes ?? []), ...(opened.upgrades ?? [])]) {
			if (context.access.policy.permission(action)) continue;
			throw new RelayError(
				'internal',
				`${plugin.name}: ${path} names the action ${action}, which has no permission row`,
			);
		}
		routes.push(...(opened.routes ?? []));
		upgrades.push(...(opened.upgrades ?? []));
		if (opened.listener) ports[plugin.name] = lifetime.use(opened.listener).port;
	}
	const outputs = plugins.flatMap(({ output }) => (output === undefined ? [] : [output]));
	return { routes, upgrades, outputs, ports };
}
