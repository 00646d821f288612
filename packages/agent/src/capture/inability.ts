import type { CaptureSettings } from './command/command.ts';
import type { Source } from './source.ts';

/** What of the settings a source makes true. */
export interface Abilities {
	readonly does: readonly (keyof CaptureSettings)[];
	/** What its pictures always are, where it has no choice; undefined: as they come. */
	readonly codec: CaptureSettings['codec'];
}

/** `source`, which says as advice whenever it runs what of `settings` it cannot do: nothing asked is ignored in silence. */
export function tellingWhatItCannot(source: Source, settings: CaptureSettings, abilities: Abilities): Source {
	const words = inability(source.description, settings, abilities);
	if (words === undefined) return source;
	const { description, capabilities, preview } = source;
	return {
		description,
		capabilities,
		preview,
		run(sink, signal) {
			if (!signal.aborted) sink.advise(words);
			return source.run(sink, signal);
		},
		...(source.pause ? { pause: source.pause.bind(source) } : {}),
		...(source.requestKey ? { requestKey: source.requestKey.bind(source) } : {}),
	};
}

/** `test pattern … does not support these settings: rotation 90, flip both; …`; undefined if it can do all that was asked. */
export function inability(description: string, settings: CaptureSettings, abilities: Abilities): string | undefined {
	const asked = Object.keys(settings) as (keyof CaptureSettings)[];
	const cannot = asked.filter((name) => isAsked(name, settings[name]) && !canDo(name, settings, abilities));
	if (cannot.length === 0) return undefined;
	const list = cannot.map((name) => `${wordsOf(name)} ${textOf(settings[name])}`).join(', ');
	return `${description} does not support these settings: ${list}; they are ignored`;
}

/** What is off or 0 by nature is no request. */
function isAsked(name: keyof CaptureSettings, value: unknown): boolean {
	if (name === 'preview') return false;
	if (name === 'rotation') return value !== undefined && value !== 0;
	return value !== undefined && value !== false;
}

function canDo(name: keyof CaptureSettings, { codec }: CaptureSettings, abilities: Abilities): boolean {
	return name === 'codec' ? codec === abilities.codec : abilities.does.includes(name);
}

function wordsOf(name: string): string {
	return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

function textOf(value: CaptureSettings[keyof CaptureSettings]): string {
	if (typeof value !== 'object') return String(value);
	return 'x' in value ? `${value.x},${value.y},${value.width},${value.height}` : `${value.width}x${value.height}`;
}
