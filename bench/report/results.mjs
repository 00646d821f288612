import { existsSync, readFileSync, writeFileSync } from 'node:fs';

const HEAD = `# Results

Written by \`npm run bench\`; each bench replaces its own section. Compare ratios, not times: they were measured in one run on
one machine.
`;

/** Puts `body` into the file under the heading `name`, in place of what stood there. */
export function writeSection(file, name, body) {
	const text = existsSync(file) ? readFileSync(file, 'utf8') : HEAD;
	const [head, ...sections] = text.split(/^(?=## )/m);
	const others = sections.filter((section) => !section.startsWith(`## ${name}\n`)).map((section) => section.trimEnd());
	const all = [...others, `## ${name}\n\n${body.trim()}`].sort();
	writeFileSync(file, `${[head.trimEnd(), ...all].join('\n\n')}\n`);
}
