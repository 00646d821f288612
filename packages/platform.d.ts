// The few names that Node and every browser share and that the libraries (base, media, protocol, api) may use.
// Nothing else is known there: no process, no Buffer, no document.

interface AbortSignal {
	readonly aborted: boolean;
	readonly reason: unknown;
	addEventListener(type: 'abort', listener: () => void, options?: { once?: boolean }): void;
	removeEventListener(type: 'abort', listener: () => void): void;
}

declare class TextEncoder {
	encode(text: string): Uint8Array<ArrayBuffer>;
}

declare class TextDecoder {
	constructor(label?: string, options?: { fatal?: boolean });
	decode(bytes: Uint8Array): string;
}

declare const performance: { readonly timeOrigin: number; now(): number };
declare function setTimeout(action: () => void, delay: number): number;
declare function clearTimeout(timer: number): void;
declare function setInterval(action: () => void, interval: number): number;
declare function clearInterval(timer: number): void;
