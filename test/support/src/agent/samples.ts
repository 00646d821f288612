import { readdirSync, readFileSync } from 'node:fs';

const FOLDER = new URL('../../../../packages/agent/src/detect/samples/', import.meta.url);

/** What a real program wrote, as somebody recorded it. */
export function sample(name: string): string {
	return readFileSync(new URL(name, FOLDER), 'utf8');
}

/** The names of all samples. */
export function sampleNames(): string[] {
	return readdirSync(FOLDER).sort();
}
