import { join } from 'node:path';
import * as v from 'valibot';
import { EVENT_KINDS } from './event-kinds.ts';
import type { Disk } from './store/disk.ts';
import { LineFile } from './store/line-file.ts';
import type { Writer } from './store/writer.ts';

/** Size at which a file becomes the older one: about five thousand events. There is one older file. */
export const MAX_EVENT_FILE_BYTES = 1024 * 1024;
/** Events kept in memory, of the owner's and of the others': about as many as their two files hold. */
export const MAX_EVENTS_KEPT = 10_000;

/** Ids are counted up from the largest that is found: one that a damaged line made up must leave room for more. */
const MAX_ID = 2 ** 48;

const word = v.nullable(v.string());
const eventShape = v.object({
	id: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MAX_ID)),
	at: v.pipe(v.string(), v.isoTimestamp()),
	kind: v.picklist(EVENT_KINDS),
	/** The person's name, or the name that was tried. */
	who: word,
	address: word,
	device: word,
	/** What it was done to, in words. Never a secret. */
	about: word,
	/** Who caused it; null: an event from before this was noted. */
	by: v.optional(v.nullable(v.picklist(['owner', 'machine', 'other'])), null),
});
export type StoredEvent = v.InferOutput<typeof eventShape>;

/** Events in the order of their ids: the newest in memory, and all of them in a file of lines, one an event. */
export class EventList {
	readonly #file: LineFile;
	#events: StoredEvent[] = [];

	/** In the data directory: `NAME.jsonl` and `NAME.1.jsonl`. */
	constructor(directory: string, name: string, disk: Disk, writer: Pick<Writer, 'noted'>) {
		this.#file = new LineFile({
			path: join(directory, `${name}.jsonl`),
			olderPath: join(directory, `${name}.1.jsonl`),
			maxBytes: MAX_EVENT_FILE_BYTES,
			disk,
			changed: writer.noted,
		});
	}

	/** Reads what earlier processes left. A line that a crash cut off is passed over, and one that is there twice counts once. */
	async load(): Promise<void> {
		const found = (await this.#file.load()).flatMap(eventIn);
		const byId = new Map(found.map((event) => [event.id, event]));
		this.#events = [...byId.values()].sort((one, other) => one.id - other.id).slice(-MAX_EVENTS_KEPT);
	}

	get newestId(): number {
		return this.#events.at(-1)?.id ?? 0;
	}

	add(event: StoredEvent): void {
		this.#events.push(event);
		// Not with every event: that would move all of them each time.
		if (this.#events.length > MAX_EVENTS_KEPT * 1.1) this.#events = this.#events.slice(-MAX_EVENTS_KEPT);
		this.#file.add(JSON.stringify(event));
	}

	/** The newest `count` events with an id below `before`, newest first. */
	newest(count: number, before: number): StoredEvent[] {
		let end = this.#events.length;
		while (end > 0 && (this.#events[end - 1]?.id ?? 0) >= before) end--;
		return this.#events.slice(Math.max(0, end - count), end).reverse();
	}
}

function eventIn(line: string): StoredEvent[] {
	try {
		return [v.parse(eventShape, JSON.parse(line))];
	} catch {
		return [];
	}
}
