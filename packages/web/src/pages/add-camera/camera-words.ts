import { CAMERA_NAME } from '@oriel/base';

const MAX_NAME = 63;

/** The short name for what a person calls a camera: `Front porch` becomes `front-porch`. Empty if nothing of it fits. */
export function shortName(title: string): string {
	return title
		.normalize('NFKD')
		.replace(/\p{M}/gu, '')
		.toLowerCase()
		.replace(/[^a-z0-9]+/g, '-')
		.replace(/^-+/, '')
		.slice(0, MAX_NAME)
		.replace(/-+$/, '');
}

/** What is wrong with a short name; undefined if nothing is. */
export function nameProblem(name: string, taken: readonly string[]): string | undefined {
	if (name === '') return 'Enter a short name.';
	if (!CAMERA_NAME.test(name)) return 'Use lowercase letters a–z, digits and hyphens; do not begin with a hyphen.';
	return taken.includes(name) ? `There is a camera called ${name} already.` : undefined;
}

/** The line that joins by the token of a pairing link, CODE or CODE.PIN; what is in it is not the relay's word. */
export function joinLine(origin: string, token: string): string {
	const [code = '', pin] = token.replaceAll(/[^\w.-]/g, '').split('.');
	const key = pin?.replaceAll('-', '+').replaceAll('_', '/');
	const trust = key === undefined ? '' : ` -k --pinnedpubkey "sha256//${key}="`;
	return `curl -fsS${trust} ${origin}/install.sh | sudo sh -s -- join ${code}`;
}

/** The line that joins, with what the camera is called in full. All shells read what is quoted here alike. */
export function withTitle(join: string, title: string, name: string): string {
	const plain = title.replace(/["$`\\!%^]|\p{C}/gu, '').trim();
	return plain === '' || plain === name ? join : `${join} --title "${plain}"`;
}
