import type { Computer } from './computer/computer.ts';
import { lookAround, type Place } from './facts/place.ts';
import type { Target } from './target.ts';

/** One thing to find out about a machine, e.g. which ffmpeg it has. Never rejects. */
export type Look<T> = (context: DetectContext) => Promise<T>;

/** What a capture method gets to find its cameras with. */
export interface DetectContext {
	readonly computer: Computer;
	readonly place: Place;
	/** The camera to find; undefined: any. */
	readonly target: Target | undefined;
	/** Every camera is looked for, also those that are not the target. */
	readonly isThorough: boolean;
	/** Whether cameras of this kind are looked for: a camera that was named is not searched for elsewhere. */
	looksFor(kind: string): boolean;
	/** Finds it out, the first time that it is asked for: several methods may need the same. */
	once<T>(look: Look<T>): Promise<T>;
}

export interface DetectOptions {
	readonly target?: Target | undefined;
	/** Look for every camera, also for those that are not the target; default: false. */
	readonly isThorough?: boolean | undefined;
}

/** A context in which nothing has been looked at but the place. */
export async function detectContext(
	computer: Computer,
	{ target, isThorough = false }: DetectOptions = {},
): Promise<DetectContext> {
	const place = await lookAround(computer);
	const looks = new Map<Look<unknown>, Promise<unknown>>();
	const context: DetectContext = {
		computer,
		place,
		target,
		isThorough,
		looksFor: (kind) => isThorough || target === undefined || target.kind === kind,
		once<T>(look: Look<T>): Promise<T> {
			const looking = (looks.get(look) as Promise<T> | undefined) ?? look(context);
			looks.set(look, looking);
			return looking;
		},
	};
	return context;
}
