// Looks for what must not be in code that ships: shells, code made of text, markup made of text, and a relay that dials out.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import ts from 'typescript';

const SHELLS = new Set(['exec', 'execSync']);
const MARKUP = new Set(['innerHTML', 'outerHTML', 'insertAdjacentHTML', 'dangerouslySetInnerHTML', 'srcdoc']);
const SHELL_PROGRAMS = /^(\/(usr\/)?bin\/)?(sh|bash|dash|zsh|cmd(\.exe)?|powershell(\.exe)?|pwsh)$/;
/** Ways to open a connection, by the module they come from. */
const DIALS = {
	'node:http': ['request', 'get'],
	'node:https': ['request', 'get'],
	'node:net': ['connect', 'createConnection'],
	'node:tls': ['connect'],
	'node:dgram': ['createSocket'],
};
/** The one module of the relay that opens connections: to the certificate authority that the command line names. */
const MAY_DIAL = `packages${sep}relay${sep}src${sep}tls${sep}`;

/** Every danger in the code below `packages`, in words. */
export function checkDangers(root) {
	return sourceFiles(join(root, 'packages')).flatMap((file) =>
		dangersIn(relative(root, file), readFileSync(file, 'utf8')),
	);
}

/** The dangers in one file. */
export function dangersIn(place, text) {
	const kind = place.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS;
	const source = ts.createSourceFile(place, text, ts.ScriptTarget.Latest, true, kind);
	const problems = [];
	const visit = (node) => {
		const words = dangerOf(node) ?? (isRelay(place) ? dialOf(node) : undefined);
		if (words) {
			const { line } = source.getLineAndCharacterOfPosition(node.getStart());
			problems.push(`${place}:${line + 1} ${words}`);
		}
		ts.forEachChild(node, visit);
	};
	visit(source);
	return problems;
}

function dangerOf(node) {
	if (ts.isImportDeclaration(node)) return importDanger(node);
	if (ts.isCallExpression(node) && ts.isIdentifier(node.expression)) {
		const { text } = node.expression;
		if (text === 'eval') return 'eval makes code of text';
		if (text === 'Function') return 'Function makes code of text';
		if (/^set(Timeout|Interval)$/.test(text) && ts.isStringLiteralLike(node.arguments[0] ?? node)) {
			return `${text} with a text makes code of it`;
		}
	}
	if (ts.isNewExpression(node) && node.expression.getText() === 'Function') return 'new Function makes code of text';
	if (ts.isPropertyAccessExpression(node) && MARKUP.has(node.name.text))
		return `${node.name.text} makes markup of text`;
	if (ts.isPropertyAccessExpression(node) && /^document\.write(ln)?$/.test(node.getText())) {
		return 'document.write makes markup of text';
	}
	if (ts.isJsxAttribute(node) && MARKUP.has(node.name.getText())) return `${node.name.getText()} makes markup of text`;
	if (ts.isPropertyAssignment(node) && node.name.getText() === 'shell' && node.initializer.getText() !== 'false') {
		return 'a program is started through a shell';
	}
	if (ts.isStringLiteralLike(node) && SHELL_PROGRAMS.test(node.text) && ts.isCallExpression(node.parent)) {
		return `"${node.text}" is a shell`;
	}
	return undefined;
}

function importDanger(node) {
	const from = node.moduleSpecifier.text;
	if (from === 'node:vm' || from === 'vm') return 'node:vm makes code of text';
	if (from !== 'node:child_process') return undefined;
	const names = importedNames(node);
	if (names === undefined) return 'import the functions of node:child_process by name';
	const shells = names.filter((name) => SHELLS.has(name));
	return shells.length > 0 ? `${shells.join(' and ')} of node:child_process is a shell` : undefined;
}

/** What the relay must not do, so that no request can make it call another machine. */
function dialOf(node) {
	if (ts.isCallExpression(node) && node.expression.getText() === 'fetch')
		return 'the relay must not open connections: fetch';
	if (ts.isNewExpression(node) && node.expression.getText() === 'WebSocket')
		return 'the relay must not open connections: WebSocket';
	if (!ts.isImportDeclaration(node) || node.importClause?.isTypeOnly) return undefined;
	const ways = DIALS[node.moduleSpecifier.text];
	if (!ways) return undefined;
	const names = importedNames(node);
	if (names === undefined) return `import the functions of ${node.moduleSpecifier.text} by name`;
	const found = names.filter((name) => ways.includes(name));
	return found.length > 0
		? `the relay must not open connections: ${found.join(' and ')} of ${node.moduleSpecifier.text}`
		: undefined;
}

/** Names of the values that an import brings; undefined if it brings the whole module. */
function importedNames({ importClause }) {
	const bindings = importClause?.namedBindings;
	if (importClause?.name || !bindings || ts.isNamespaceImport(bindings)) return undefined;
	return bindings.elements.filter((one) => !one.isTypeOnly).map((one) => (one.propertyName ?? one.name).text);
}

function isRelay(place) {
	return place.startsWith(join('packages', 'relay', 'src') + sep) && !place.startsWith(MAY_DIAL);
}

/** Code that ships: tests and what only they use is left out. */
function sourceFiles(folder) {
	return readdirSync(folder).flatMap((name) => {
		const path = join(folder, name);
		if (name === 'dist' || name === 'node_modules') return [];
		if (statSync(path).isDirectory()) return sourceFiles(path);
		return /\.tsx?$/.test(name) && !/\.test\.tsx?$|\.d\.ts$/.test(name) ? [path] : [];
	});
}
