import type { ComponentChildren } from 'preact';
import { Button } from '../../../ui/button.tsx';
import { ProblemLine } from '../../../ui/problem-line.tsx';
import { Rows } from '../../../ui/rows.tsx';
import section from './section.module.css';
import type { Listing } from './use-listing.ts';

interface ListedProps<T> {
	readonly listing: Listing<readonly T[]>;
	readonly label: string;
	/** What stands there while there is none. */
	readonly empty: string;
	readonly row: (item: T) => ComponentChildren;
}

/** A list in each of its states: not known yet, out of reach, empty, there. */
export function Listed<T>({ listing: { items, trouble, reload }, label, empty, row }: ListedProps<T>) {
	return (
		<>
			{trouble && (
				<ProblemLine>
					{trouble} {!items && <Button onClick={() => void reload()}>Try again</Button>}
				</ProblemLine>
			)}
			{!items && !trouble && (
				<p class={section.words} role="status">
					Reading…
				</p>
			)}
			{items?.length === 0 && <p class={section.empty}>{empty}</p>}
			{items && items.length > 0 && <Rows label={label}>{items.map(row)}</Rows>}
		</>
	);
}
