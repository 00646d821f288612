/** How a picture is turned on the page: first clockwise, in degrees, then mirrored left and right. */
export interface Turn {
	readonly degrees: 0 | 90 | 180 | 270;
	readonly mirrored: boolean;
}

export const AS_IT_COMES: Turn = { degrees: 0, mirrored: false };

/** A quarter turn clockwise further, as it is seen. */
export function turned({ degrees, mirrored }: Turn): Turn {
	// In a mirror clockwise is the other way round.
	return { degrees: ((degrees + (mirrored ? 270 : 90)) % 360) as Turn['degrees'], mirrored };
}

/** The other way round, left and right as they are seen. */
export function flipped({ degrees, mirrored }: Turn): Turn {
	return { degrees, mirrored: !mirrored };
}

/** What a person is told after a change. */
export function turnWords({ degrees, mirrored }: Turn): string {
	const what = [degrees > 0 ? `turned by ${degrees}°` : '', mirrored ? 'mirrored' : ''].filter(Boolean).join(' and ');
	if (what === '') return 'The picture is shown as it comes.';
	return `${what.charAt(0).toUpperCase()}${what.slice(1)}, in this browser only.`;
}

/** What this browser remembers of a camera. */
export function rememberedTurn(camera: string): Turn {
	try {
		const [, degrees = '0', mirrored] = /^(0|90|180|270)(m?)$/.exec(localStorage.getItem(keyOf(camera)) ?? '') ?? [];
		return { degrees: Number(degrees) as Turn['degrees'], mirrored: mirrored === 'm' };
	} catch {
		return AS_IT_COMES;
	}
}

/** Remembers it for this camera in this browser. */
export function rememberTurn(camera: string, { degrees, mirrored }: Turn): void {
	try {
		if (degrees === 0 && !mirrored) localStorage.removeItem(keyOf(camera));
		else localStorage.setItem(keyOf(camera), `${degrees}${mirrored ? 'm' : ''}`);
	} catch {
		// A browser that keeps nothing still turns it until the page is closed.
	}
}

/** The attributes of a player that shows it so. */
export function turnAttributes({ degrees, mirrored }: Turn): { turn?: string; mirrored?: '' } {
	return { ...(degrees > 0 && { turn: String(degrees) }), ...(mirrored && { mirrored: '' }) };
}

function keyOf(camera: string): string {
	return `oriel-turn:${camera}`;
}
