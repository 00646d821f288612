/** What is to become of one row. A patch changes a row only if it is there. */
type Change<Row> =
	| { readonly kind: 'put'; readonly row: Row }
	| { readonly kind: 'patch'; readonly fields: Partial<Row> }
	| { readonly kind: 'remove' };

/** Changes of a table that are not on disk yet: one for each row, however often it was changed. */
export class Changes<Row extends object> {
	readonly #byKey = new Map<string, Change<Row>>();

	get size(): number {
		return this.#byKey.size;
	}

	put(key: string, row: Row): void {
		this.#byKey.set(key, { kind: 'put', row });
	}

	patch(key: string, fields: Partial<Row>): void {
		const before = this.#byKey.get(key);
		if (before?.kind === 'remove') return;
		if (before?.kind === 'put') this.put(key, { ...before.row, ...fields });
		else this.#byKey.set(key, { kind: 'patch', fields: { ...before?.fields, ...fields } });
	}

	/** `isKnown`: whether the row may be on disk. If not, nothing remains of it, so that what waits stays bounded. */
	remove(key: string, isKnown: boolean): void {
		if (isKnown) this.#byKey.set(key, { kind: 'remove' });
		else this.#byKey.delete(key);
	}

	has(key: string): boolean {
		return this.#byKey.has(key);
	}

	/** Does all of them to `rows`. */
	applyTo(rows: Map<string, Row>): Map<string, Row> {
		for (const [key, change] of this.#byKey) {
			if (change.kind === 'put') rows.set(key, change.row);
			else if (change.kind === 'remove') rows.delete(key);
			else {
				const before = rows.get(key);
				if (before) rows.set(key, { ...before, ...change.fields });
			}
		}
		return rows;
	}

	/** These changes with later ones on top. */
	followedBy(later: Changes<Row>): Changes<Row> {
		const all = new Changes<Row>();
		for (const [key, change] of [...this.#byKey, ...later.#byKey]) {
			if (change.kind === 'put') all.put(key, change.row);
			else if (change.kind === 'remove') all.remove(key, true);
			else all.patch(key, change.fields);
		}
		return all;
	}
}
