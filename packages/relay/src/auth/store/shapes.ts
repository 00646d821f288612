import * as v from 'valibot';
import { requireCurrent } from './data-format.ts';
import type { TableShape } from './table.ts';

export type ContentSchema<T> = v.GenericSchema<unknown, T>;

/** A file with one list: `{ "format": 1, "NAME": [ … ] }`. */
export function listIn<Row extends object>(
	format: number,
	name: string,
	row: ContentSchema<Row>,
	keyOf: (row: Row) => string,
): TableShape<Row> {
	const schema = v.object({ format: v.number(), [name]: v.array(row) });
	return {
		rowsIn: (content) => (parse(schema, content, format) as Record<string, unknown>)[name] as Row[],
		contentOf: (rows) => ({ format, [name]: rows }),
		keyOf,
	};
}

/** A file that is one row itself, beside its format; without the row it has the content `empty`. */
export function oneRow<Row extends object>(
	format: number,
	row: ContentSchema<Row>,
	empty: Row,
	key: string,
): TableShape<Row> {
	const head = v.object({ format: v.number() });
	return {
		rowsIn(content) {
			parse(head, content, format);
			return [parse(row, content, format)];
		},
		contentOf: ([row = empty]) => ({ format, ...row }),
		keyOf: () => key,
	};
}

function parse<T>(schema: ContentSchema<T>, content: unknown, format: number): T {
	requireCurrent(content, format);
	const result = v.safeParse(schema, content);
	if (result.success) return result.output;
	const [issue] = result.issues;
	throw new Error(`${v.getDotPath(issue) ?? 'the whole'}: ${issue.message}`);
}
