import { CodedError, type Millis } from '@oriel/base';
import type { NetworkTrouble } from './network.ts';

/**
 * Whether opening the source again makes sense. `soon`: it may be back at any moment. `later`: asking often would do
 * harm (cameras lock users out) and the owner has to change something first. `never`: this input cannot be opened twice.
 */
export type Again = 'soon' | 'later' | 'never';

/** Why a source brings no more pictures. The message is for people, fits on one line and holds no password. */
export class SourceError extends CodedError<
	| 'ended'
	| 'no-picture'
	| 'too-large'
	| 'stalled'
	| 'busy'
	| 'not-found'
	| 'not-allowed'
	| 'bad-answer'
	| NetworkTrouble
> {
	readonly again: Again;
	/** The class of a capture program's fault, as its `Diagnosis` has it, e.g. `no-camera`. */
	readonly fault: string | undefined;
	/** Between which two lengths the wait is, where `again` alone says too little. */
	readonly waitMs: readonly [least: Millis, most: Millis] | undefined;

	constructor(code: SourceError['code'], message: string, options: SourceErrorOptions) {
		super(code, message, options);
		this.again = options.again;
		this.fault = options.fault;
		this.waitMs = options.waitMs;
	}
}

export interface SourceErrorOptions {
	readonly again: Again;
	readonly cause?: unknown;
	readonly fault?: string | undefined;
	readonly waitMs?: readonly [least: Millis, most: Millis] | undefined;
}
