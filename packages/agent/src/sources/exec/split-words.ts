/** A word of a command, and whether any of it stood in quotation marks. */
export interface Word {
	readonly word: string;
	readonly isQuoted: boolean;
}

/**
 * A command in words. White space separates them. Between '…' everything stands for itself. A \ before a space, a
 * quotation mark or another \ takes its meaning away, also between "…"; before anything else it is a letter, as in C:\bin.
 * Nothing else means anything: no variables, no wildcards. Undefined if a quotation mark is not closed.
 */
export function splitWords(text: string): Word[] | undefined {
	const words: Word[] = [];
	let [word, isQuoted, hasBegun] = ['', false, false];
	let quote = '';
	for (let at = 0; at < text.length; at++) {
		const letter = text[at] ?? '';
		const next = text[at + 1] ?? '';
		if (letter === '\\' && quote !== "'" && /[\s"'\\]/.test(next)) {
			word += next;
			hasBegun = true;
			at++;
		} else if (quote === '' && (letter === '"' || letter === "'")) {
			quote = letter;
			isQuoted = hasBegun = true;
		} else if (quote !== '' && letter === quote) quote = '';
		else if (quote === '' && /\s/.test(letter)) {
			if (hasBegun) words.push({ word, isQuoted });
			[word, isQuoted, hasBegun] = ['', false, false];
		} else {
			word += letter;
			hasBegun = true;
		}
	}
	if (quote !== '') return undefined;
	if (hasBegun) words.push({ word, isQuoted });
	return words;
}
