// The Terraform files, without Terraform's provider: HashiCorp's parser reads them, and what they refer to is held against
// what they declare and against what the provider's documentation says of its types.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '@oriel/testing/program';
import { beforeAll, describe, expect, it } from 'vitest';
import {
	type Block,
	type Configuration,
	expressions,
	FOLDER,
	readConfiguration,
	references,
	type Value,
} from './hcl.ts';
import { type BlockSchema, TYPES } from './oci-provider.ts';
import { tool } from './tool.ts';
import { filled } from './user-data.ts';

/** What every resource may have. */
const META = ['depends_on', 'lifecycle', 'count', 'for_each', 'provider'];
const TYPE_WORDS = ['string', 'number', 'bool', 'list', 'any'];

let configuration: Configuration;
beforeAll(async () => {
	configuration = await readConfiguration();
});

/** As the parser gives an expression. */
const expression = (text: string) => `\${${text}}`;

/** Of `oci_core_vcn.relay` its type, of `data.oci_core_images.ubuntu` too. */
const typeOf = (address: string) => address.split('.').slice(0, -1).join('.');

/** What is wrong with a reference; undefined if nothing is. */
function brokenReference(reference: string, iterators: readonly string[]): string | undefined {
	const { variables, locals, resources } = configuration;
	const parts = reference.split('.');
	const [head = '', second = ''] = parts;
	if (iterators.includes(head) || reference === 'path.module') return undefined;
	if (head === 'var') return variables.has(second) ? undefined : `${reference}: there is no such variable`;
	if (head === 'local') return locals.has(second) ? undefined : `${reference}: there is no such local value`;
	const length = head === 'data' ? 3 : 2;
	const address = parts.slice(0, length).join('.');
	if (!resources.has(address)) return `${reference}: ${address} is not declared`;
	const attribute = parts[length];
	const schema = TYPES[typeOf(address)];
	const known = [...(schema?.required ?? []), ...(schema?.optional ?? []), ...(schema?.exported ?? [])];
	if (attribute === undefined || known.includes(attribute)) return undefined;
	return `${reference}: ${typeOf(address)} has no ${attribute}`;
}

/** What is wrong with the arguments and blocks of a block. */
function brokenArguments(block: Block, schema: BlockSchema, place: string): string[] {
	const { dynamic = {}, ...given } = block;
	const generated = Object.entries(dynamic as Record<string, readonly { content: readonly Block[] }[]>);
	const blocks = generated.flatMap(([name, all]) => all.map(({ content }): [string, Value] => [name, content]));
	const names = [...schema.required, ...(schema.optional ?? []), ...(place.includes('/') ? [] : META)];
	const missing = schema.required.filter((name) => !(name in given)).map((name) => `${place}: ${name} is missing`);
	const problems = [...Object.entries(given), ...blocks].flatMap(([name, value]) => {
		const inner = schema.blocks?.[name];
		if (inner) return (value as Block[]).flatMap((one) => brokenArguments(one, inner, `${place}/${name}`));
		return names.includes(name) ? [] : [`${place}: ${name} is not an argument`];
	});
	return [...missing, ...problems];
}

/** Each text of the configuration that is an expression, with where it stands. */
function everyExpression() {
	const { variables, locals, outputs, resources } = configuration;
	const all: [string, Value][] = [
		// The types of variables are words of the language.
		...[...variables].map(([name, { type: _type, ...block }]): [string, Value] => [`var.${name}`, block]),
		...[...locals].map(([name, value]): [string, Value] => [`local.${name}`, value]),
		...[...outputs].map(([name, block]): [string, Value] => [`output.${name}`, block]),
		...[...resources].map(([address, block]): [string, Value] => [address, withoutIgnored(block)]),
	];
	return all.flatMap(([place, value]) => expressions(value).map((expression) => ({ place, ...expression })));
}

/** `ignore_changes` has names of the resource's own arguments instead of references. */
function withoutIgnored(block: Block): Block {
	const [{ ignore_changes: _ignored, ...lifecycle } = {}] = (block.lifecycle ?? []) as readonly Block[];
	return { ...block, lifecycle };
}

describe('the Terraform files', () => {
	it('refer only to what is declared, and declare only what is referred to', async () => {
		const { variables, locals } = configuration;
		const provider = readFileSync(join(FOLDER, 'versions.tf'), 'utf8');
		const used = new Set([...provider.matchAll(/\bvar\.(\w+)/g)].map(([reference]) => reference));
		const problems: string[] = [];
		for (const { place, text, iterators } of everyExpression())
			for (const reference of await references(text)) {
				// The condition of a variable is no use of it.
				if (reference !== place) used.add(reference);
				const problem = brokenReference(reference, iterators);
				if (problem) problems.push(`${place}: ${problem}`);
			}
		const declared = [
			...[...variables.keys()].map((name) => `var.${name}`),
			...[...locals.keys()].map((name) => `local.${name}`),
		];
		expect([...problems, ...declared.filter((name) => !used.has(name))]).toEqual([]);
		expect(used.size).toBeGreaterThan(20);
	});

	it('ignore changes of arguments that there are', () => {
		const { lifecycle } = configuration.resources.get('oci_core_instance.relay') as {
			lifecycle: readonly [{ ignore_changes: readonly string[] }];
		};
		const ignored = lifecycle[0].ignore_changes.map((text) => /^\$\{(\w+)/.exec(text)?.[1]);
		expect(ignored).toEqual(['source_details', 'metadata', 'availability_domain']);
		const { required = [], optional = [], blocks = {} } = TYPES.oci_core_instance ?? {};
		expect([...required, ...optional, ...Object.keys(blocks)]).toEqual(expect.arrayContaining(ignored));
	});

	it('give each resource the arguments that its type takes', () => {
		const problems = [...configuration.resources].flatMap(([address, block]) => {
			const schema = TYPES[typeOf(address)];
			return schema ? brokenArguments(block, schema, address) : [`${address}: the type is not in oci-provider.ts`];
		});
		expect(problems).toEqual([]);
		expect(configuration.resources.size).toBeGreaterThan(10);
	});

	it('describe each variable and output, and default none that opens the machine', () => {
		const { variables, outputs } = configuration;
		for (const [name, block] of [...variables, ...outputs]) expect(block.description, name).toMatch(/\w.*\.$/);
		for (const [name, { type }] of variables) expect(TYPE_WORDS, name).toContain(/^\$\{(\w+)/.exec(String(type))?.[1]);
		for (const name of ['ssh_from', 'ssh_public_key']) expect(variables.get(name)).not.toHaveProperty('default');
	});

	it('let in 443 and 80 from everywhere, and 22 from the addresses of a variable', () => {
		const { dynamic, ingress_security_rules: fixed } = configuration.resources.get(
			'oci_core_security_list.relay',
		) as Block;
		const rules = (dynamic as Record<string, readonly Block[]>).ingress_security_rules ?? [];
		const [everywhere, ssh, icmp6] = rules.map(({ for_each, content }) => [for_each, (content as Block[])[0]]);
		const port = (value: Value) => [{ min: value, max: value }];
		expect(everywhere).toEqual([
			expression('setproduct(local.everywhere, [443, 80])'),
			{
				protocol: '6',
				source: expression('ingress_security_rules.value[0]'),
				tcp_options: port(expression('ingress_security_rules.value[1]')),
			},
		]);
		expect(ssh).toEqual([
			expression('var.ssh_from'),
			{ protocol: '6', source: expression('ingress_security_rules.value'), tcp_options: port(22) },
		]);
		expect(icmp6?.[1]).toMatchObject({ protocol: '58', icmp_options: [{ type: 2, code: 0 }] });
		expect(fixed).toEqual([{ protocol: '1', source: '0.0.0.0/0', icmp_options: [{ type: 3, code: 4 }] }]);
		expect(rules).toHaveLength(3);
	});

	it('fill in the cloud-init file of every other cloud, which stays valid and small', () => {
		const text = String(configuration.locals.get('user_data'));
		expect(text).toContain(`file("${expression('path.module')}/../cloud-init.yaml")`);
		const pairs = [...text.matchAll(/"(\w+)=''", "(\w+)='(.*)'"/g)];
		expect(pairs.map(([, from, to]) => [from, to])).toEqual(
			['RELEASE', 'SHA256', 'OPTIONS', 'ADDRESS_FROM'].map((name) => [name, name]),
		);
		const release = `https://objectstorage.eu-frankfurt-1.oraclecloud.com/n/${'x'.repeat(12)}/b/oriel-release/o`;
		const options = `--domain ${'d'.repeat(200)}.example.org --host ::`;
		const userData = filled({
			RELEASE: release,
			SHA256: 'f'.repeat(64),
			OPTIONS: options,
			ADDRESS_FROM: `${release}/public-address`,
		});
		const folder = mkdtempSync(join(tmpdir(), 'oriel-user-data-'));
		const path = join(folder, 'user-data.yaml');
		writeFileSync(path, userData);
		expect(tool('cloud-init', 'schema', '--config-file', path)).toMatchObject({ status: 0 });
		rmSync(folder, { recursive: true });
		expect(Buffer.from(userData).toString('base64').length).toBeLessThan(16_384);
	});

	it.each(['docs/guide/oracle-cloud.md', 'docs/guide/cloud.md', 'deploy/oci/README.md'])(
		'are used by %s with every variable that has no default, and with outputs that there are',
		(path) => {
			const { variables, outputs } = configuration;
			const text = readFileSync(join(ROOT, path), 'utf8');
			const given = [...text.matchAll(/^(\w+) += (?:"|\[)|-var '?(\w+)=/gm)].map(
				([, inFile, inLine]) => inFile ?? inLine,
			);
			const needed = [...variables].filter(([, variable]) => !('default' in variable)).map(([name]) => name);
			expect(given.sort()).toEqual(needed.sort());
			for (const [, name = ''] of text.matchAll(/terraform output -raw (\w+)/g))
				expect([...outputs.keys()]).toContain(name);
		},
	);

	it('hold no secret', () => {
		for (const name of readdirSync(FOLDER))
			expect(readFileSync(join(FOLDER, name), 'utf8'), name).not.toMatch(
				/ocid1\.[\w.-]*\w{20}|BEGIN [A-Z ]*KEY|ssh-(rsa|ed25519) AAAA\w{20}/,
			);
	});
});
