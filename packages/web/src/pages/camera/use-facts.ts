import type { Camera } from '@oriel/api';
import { useEffect, useState } from 'preact/hooks';
import type { Failure } from '../../api/answer.ts';
import { readCameras } from '../../api/cameras.ts';

const READ_INTERVAL_MS = 5_000;

/** What the relay measures of a camera. */
export interface FactsReading {
	/** Undefined before the first answer. */
	readonly facts: Camera | undefined;
	/** Why the newest answer could not be read. That the relay does not answer is told by the connection. */
	readonly trouble: Failure | undefined;
}

/** Reads it every few seconds while the page is seen. */
export function useFacts(name: string): FactsReading {
	const [facts, setFacts] = useState<Camera>();
	const [trouble, setTrouble] = useState<Failure>();
	useEffect(() => {
		const read = async () => {
			if (document.hidden) return;
			const answer = await readCameras();
			setTrouble(answer.kind === 'unreadable' ? answer : undefined);
			if (answer.kind === 'success') setFacts(answer.value.find((camera) => camera.name === name));
		};
		void read();
		const timer = setInterval(() => void read(), READ_INTERVAL_MS);
		return () => clearInterval(timer);
	}, [name]);
	return { facts, trouble };
}

type Facts = Pick<Camera, 'width' | 'height' | 'codec' | 'bitsPerSecond' | 'viewers'>;

/** "1280 × 720 · H.264 · WebCodecs · 3.1 Mbit/s · 2 watching". `shown` is what is shown and how, if anything is. */
export function factsWords({ width, height, codec, bitsPerSecond, viewers }: Facts, shown: string): string {
	const size = width > 0 && height > 0 ? `${width} × ${height}` : '';
	const format = shown || (codec === 'h264' ? 'H.264' : codec.toUpperCase());
	const flow = bitsPerSecond > 0 ? bitWords(bitsPerSecond) : '';
	// The reader of this is a viewer too: only others are news.
	const audience = viewers > 1 ? `${viewers} watching` : '';
	return [size, format, flow, audience].filter(Boolean).join(' · ');
}

function bitWords(bitsPerSecond: number): string {
	if (bitsPerSecond < 1_000_000) return `${Math.round(bitsPerSecond / 1_000)} kbit/s`;
	return `${(bitsPerSecond / 1_000_000).toFixed(1)} Mbit/s`;
}
