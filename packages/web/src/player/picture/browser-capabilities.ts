import type { Capabilities } from './choose.ts';

/** The constructor of a media source: the usual one, or that of iPhones, which the types do not know yet. */
export function mediaSourceClass(): typeof MediaSource | undefined {
	return globalThis.MediaSource ?? (globalThis as { ManagedMediaSource?: typeof MediaSource }).ManagedMediaSource;
}

/** What this browser has. */
export function browserCapabilities(): Capabilities {
	const decoder = globalThis.VideoDecoder as typeof VideoDecoder | undefined;
	const source = mediaSourceClass();
	return {
		decodes: decoder && ((codec) => supports(decoder, codec)),
		plays: source && ((type) => source.isTypeSupported(type)),
		secure: globalThis.isSecureContext,
	};
}

async function supports(decoder: typeof VideoDecoder, codec: string): Promise<boolean> {
	try {
		return (await decoder.isConfigSupported({ codec, optimizeForLatency: true })).supported === true;
	} catch {
		// Some browsers refuse a codec string that they do not know instead of saying no.
		return false;
	}
}
