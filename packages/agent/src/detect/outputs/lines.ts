/** Lines that are looked at, and letters of each: whatever a program writes, reading it stays cheap. */
export const MAX_LINES = 5000;
export const MAX_LINE_LENGTH = 1000;

const ESCAPE = String.fromCharCode(27);
const COLOUR = new RegExp(`${ESCAPE}\\[[0-9;]*[A-Za-z]`, 'g');

/** A program's output without colours and zero bytes. */
export function plainText(output: string): string {
	return output.replace(COLOUR, '').replaceAll('\0', '');
}

/** The lines of a program's output, each without colours and without white space at its end. */
export function linesOf(output: string): string[] {
	return plainText(output)
		.split(/\r\n|\n|\r/, MAX_LINES)
		.map((line) => line.slice(0, MAX_LINE_LENGTH).trimEnd());
}
