// Holds the links of the documents against the files that they point to.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/** Every link to a file or heading that is not there, in words. */
export function checkDocuments(root) {
	const documents = [
		...markdownIn(root, false),
		...markdownIn(join(root, 'docs'), true),
		...markdownIn(join(root, 'bench'), true),
		...markdownIn(join(root, 'deploy'), true),
	];
	return documents.flatMap((document) => checkDocument(root, document));
}

function markdownIn(folder, deep) {
	if (!existsSync(folder)) return [];
	return readdirSync(folder).flatMap((name) => {
		const path = join(folder, name);
		if (statSync(path).isDirectory()) return deep ? markdownIn(path, true) : [];
		return name.endsWith('.md') ? [path] : [];
	});
}

function checkDocument(root, document) {
	const text = readFileSync(document, 'utf8').replaceAll(/```[\s\S]*?```/g, '');
	const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link);
	return links
		.filter((link) => !/^[a-z]+:/.test(link) && !leadsSomewhere(document, link))
		.map((link) => `${relative(root, document)} links to ${link}, which is not there`);
}

function leadsSomewhere(document, link) {
	const [path, heading] = link.split('#');
	const target = path ? join(dirname(document), path) : document;
	if (!existsSync(target)) return false;
	return !heading || headings(readFileSync(target, 'utf8')).includes(heading);
}

function headings(text) {
	return [...text.matchAll(/^#+ (.+)$/gm)].map(([, title]) =>
		title
			.toLowerCase()
			.replaceAll(/[^\p{L}\p{N} _-]/gu, '')
			.replaceAll(' ', '-'),
	);
}
