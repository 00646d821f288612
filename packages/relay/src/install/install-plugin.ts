import { install } from '@oriel/api';
import { ANYONE } from '../auth/policy.ts';
import { RelayError } from '../errors/relay-error.ts';
import { originOf } from '../http/origin.ts';
import { sendText } from '../http/respond.ts';
import { type Exchange, endpoint } from '../http/route.ts';
import type { Plugin } from '../plugin/plugin.ts';
import { installScript } from './script.ts';
import { packProgram, type ServedPackage } from './served-package.ts';

/** The program that runs here, for the machines beside the cameras: a script that installs it, and its package. */
export const installer: Plugin = {
	name: 'install',
	permissions: { 'program.read': { who: ANYONE, isApi: false } },
	docs: 'docs/http-api.md#get-installsh',
	open({ program, pin }) {
		if (program === undefined) return {};
		const { folder, version } = program;
		const pack = once(() => packProgram(folder));
		const action = 'program.read';
		return {
			routes: [
				{
					...endpoint(install.script),
					action,
					async handle(exchange) {
						const { script, sha256 } = await pack();
						const facts = { version, sha256, relay: cleanOriginOf(exchange), pin: pin() };
						sendText(exchange.response, 200, installScript(script, facts));
					},
				},
				{
					...endpoint(install.package),
					path: install.package.path.replace('VERSION', version),
					action,
					async handle({ response }) {
						const { tarball } = await pack();
						response.writeHead(200, { 'content-type': install.package.media, 'content-length': tarball.length });
						response.end(tarball);
					},
				},
			],
		};
	},
};

/** Does it when it is first needed: few relays' programs are asked for every day. What failed is tried again. */
function once(make: () => Promise<ServedPackage>): () => Promise<ServedPackage> {
	let made: Promise<ServedPackage> | undefined;
	return () => {
		made ??= make().catch((failure) => {
			made = undefined;
			throw failure;
		});
		return made;
	};
}

/** The address becomes part of what root runs: it is nothing but a name or an address, and a port. */
function cleanOriginOf(exchange: Exchange<unknown>): string {
	const origin = originOf(exchange);
	if (origin !== undefined) return origin;
	throw new RelayError('bad-request', 'The Host header is expected to be a name or an address, and a port at most');
}
