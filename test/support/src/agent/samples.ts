import { readdirSync, readFileSync } from 'node:fs';

const FOLDER = new URL('../../../../packages/agent/src/detect/samples/', import.meta.url);

/** The recorded output of a real program. */
export function sample(name: string): string {
	return readFileSync(new URL(name, FOLDER), 'utf8');
}

/** The names of all samples. */
export function sampleNames(): string[] {
	return readdirSync(FOLDER).sort();
}
