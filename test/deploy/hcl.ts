import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { getReferencesInExpression, parse } from '@cdktf/hcl2json';
import { ROOT } from '@oriel/testing/program';

export const FOLDER: string = join(ROOT, 'deploy/oci');

/** A block, or an attribute's value; an expression is a string with `${`. */
export type Value = string | number | boolean | null | readonly Value[] | { readonly [name: string]: Value };
export type Block = { readonly [name: string]: Value };

/** The blocks of all files of the folder together. */
export interface Configuration {
	readonly variables: ReadonlyMap<string, Block>;
	readonly locals: ReadonlyMap<string, Value>;
	readonly outputs: ReadonlyMap<string, Block>;
	/** By address: `oci_core_vcn.relay`, `data.oci_core_images.ubuntu`. */
	readonly resources: ReadonlyMap<string, Block>;
}

/** Reads it with HashiCorp's own parser. Throws where that cannot. */
export async function readConfiguration(): Promise<Configuration> {
	const variables = new Map<string, Block>();
	const locals = new Map<string, Value>();
	const outputs = new Map<string, Block>();
	const resources = new Map<string, Block>();
	for (const name of readdirSync(FOLDER).filter((file) => file.endsWith('.tf'))) {
		const file = await parse(name, readFileSync(join(FOLDER, name), 'utf8'));
		for (const [key, [block]] of entries<[Block]>(file.variable)) add(variables, key, block);
		for (const [key, [block]] of entries<[Block]>(file.output)) add(outputs, key, block);
		for (const block of file.locals ?? []) for (const [key, value] of entries<Value>(block)) add(locals, key, value);
		for (const [kind, prefix] of [
			['resource', ''],
			['data', 'data.'],
		] as const)
			for (const [type, named] of entries<Record<string, [Block]>>(file[kind]))
				for (const [key, [block]] of entries<[Block]>(named)) add(resources, `${prefix}${type}.${key}`, block);
	}
	return { variables, locals, outputs, resources };
}

/** The texts of a value that are expressions, with the names of the `dynamic` blocks around each. */
export function expressions(
	value: Value,
	iterators: readonly string[] = [],
): { text: string; iterators: readonly string[] }[] {
	if (typeof value === 'string') return value.includes('${') ? [{ text: value, iterators }] : [];
	if (typeof value !== 'object' || value === null) return [];
	return Object.entries(value).flatMap(([name, inner]) => {
		if (name !== 'dynamic') return expressions(inner, iterators);
		return Object.entries(inner as Block).flatMap(([label, blocks]) => expressions(blocks, [...iterators, label]));
	});
}

/** What an expression refers to, for example `var.shape` or `oci_core_vcn.relay.id`. */
export async function references(text: string): Promise<string[]> {
	return (await getReferencesInExpression('expression.tf', text)).map(({ value }) => value);
}

function entries<T>(object: object | undefined): [string, T][] {
	return Object.entries(object ?? {});
}

function add<T>(map: Map<string, T>, name: string, value: T): void {
	if (map.has(name)) throw new Error(`${name} is declared twice`);
	map.set(name, value);
}
