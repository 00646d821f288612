import * as v from 'valibot';
import type { TableShape } from './table.ts';

export type ContentSchema<T> = v.GenericSchema<unknown, T>;

/** A file with one list: `{ "format": 1, "NAME": [ … ] }`. */
export function listIn<Row extends object>(
	name: string,
	row: ContentSchema<Row>,
	keyOf: (row: Row) => string,
): TableShape<Row> {
	const schema = v.object({ format: v.literal(1), [name]: v.array(row) });
	return {
		rowsIn: (content) => (parse(schema, content) as Record<string, unknown>)[name] as Row[],
		contentOf: (rows) => ({ format: 1, [name]: rows }),
		keyOf,
	};
}

/** A file that is one row itself; without the row it has the content `empty`. */
export function oneRow<Row extends object>(schema: ContentSchema<Row>, empty: Row, key: string): TableShape<Row> {
	return {
		rowsIn: (content) => [parse(schema, content)],
		contentOf: ([row = empty]) => row,
		keyOf: () => key,
	};
}

function parse<T>(schema: ContentSchema<T>, content: unknown): T {
	const result = v.safeParse(schema, content);
	if (result.success) return result.output;
	const [issue] = result.issues;
	throw new Error(`${v.getDotPath(issue) ?? 'the whole'}: ${issue.message}`);
}
