import type { Operation, ParamsOf } from './operation.ts';

type Names<O extends Operation> = O['query'] extends readonly (infer Name extends string)[] ? Name : never;

/** What stands in the address of a request. */
export type TargetOf<O extends Operation> = ([ParamsOf<O['path']>] extends [never]
	? { readonly params?: undefined }
	: { readonly params: Readonly<Record<ParamsOf<O['path']>, string>> }) & {
	readonly query?: Readonly<Partial<Record<Names<O>, string | number | undefined>>>;
};

/** The path of a request, with its parameters. */
export function targetOf<O extends Operation>({ path }: O, { params, query }: TargetOf<O>): string {
	const values: Readonly<Record<string, string>> = params ?? {};
	const filled = path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(values[name] ?? ''));
	const given = Object.entries<string | number | undefined>(query ?? {}).filter(([, value]) => value !== undefined);
	const pairs = given.map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`);
	return pairs.length === 0 ? filled : `${filled}?${pairs.join('&')}`;
}
