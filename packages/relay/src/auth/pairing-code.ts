import { randomBytes } from 'node:crypto';

/** Crockford's alphabet: no letter that is taken for a digit, and no U. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
/** 26 letters of five bits hold 128 bits: beyond guessing, so that the limit on tries is not what it rests on. */
const CODE_LETTERS = 26;
const CODE_BYTES = 16;

/** A new code, as `readPairingCode` gives it. */
export function newPairingCode(): string {
	let bits = BigInt(`0x${randomBytes(CODE_BYTES).toString('hex')}`);
	let code = '';
	for (let letter = 0; letter < CODE_LETTERS; letter++) {
		code = `${ALPHABET[Number(bits & 31n)]}${code}`;
		bits >>= 5n;
	}
	return code;
}

/** In groups of five, for people who type it. */
export function groupedCode(code: string): string {
	return code.match(/.{1,5}/g)?.join('-') ?? '';
}

/** What a person typed or pasted, without hyphens and white space and with look-alikes put right; undefined if it can be no code. */
export function readPairingCode(text: string): string | undefined {
	const code = text.replaceAll(/[\s-]/g, '').toUpperCase().replaceAll('O', '0').replaceAll(/[IL]/g, '1');
	return code.length === CODE_LETTERS && [...code].every((letter) => ALPHABET.includes(letter)) ? code : undefined;
}
