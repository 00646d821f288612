import type { Answer, Computer } from '../../../../packages/agent/src/detect/computer/computer.ts';

export interface FakeComputerOptions {
	readonly platform?: string;
	readonly arch?: string;
	readonly groups?: readonly number[];
	/** Contents of files by path. Folders are made of them. */
	readonly files?: Readonly<Record<string, string>>;
	readonly links?: Readonly<Record<string, string>>;
	/** Paths that this user may not open. */
	readonly closed?: readonly string[];
	/** What programs answer, by the program with its arguments; a text stands for standard output and code 0. */
	readonly answers?: Readonly<Record<string, string | Partial<Answer>>>;
}

/** A computer that is nothing but a table. */
export interface FakeComputer extends Computer {
	/** What was asked, oldest first. */
	readonly asked: string[];
	/** From now on a question is answered differently; undefined: the program is not there. */
	answer(question: string, answer: string | Partial<Answer> | undefined): void;
}

const MISSING: Answer = { how: 'missing', code: undefined, stdout: '', stderr: '' };

export function fakeComputer(options: FakeComputerOptions = {}): FakeComputer {
	const { platform = 'linux', arch = 'arm64', groups = [], files = {}, links = {}, closed = [] } = options;
	const answers = new Map(Object.entries(options.answers ?? {}));
	const paths = [...Object.keys(files), ...Object.keys(links)];
	const asked: string[] = [];
	return {
		platform,
		arch,
		groups,
		isRoot: false,
		asked,
		answer: (question, answer) => (answer === undefined ? answers.delete(question) : answers.set(question, answer)),
		readText: async (path) => files[path],
		async list(folder) {
			const inside = paths.filter((path) => path.startsWith(`${folder}/`));
			const names = inside.map((path) => path.slice(folder.length + 1).split('/')[0] ?? '');
			return [...new Set(names)].sort((one, other) => one.localeCompare(other, 'en', { numeric: true }));
		},
		readLink: async (path) => links[path],
		async access(path) {
			if (closed.includes(path)) return 'no';
			return paths.some((known) => known === path || known.startsWith(`${path}/`)) ? 'yes' : 'missing';
		},
		async ask(program, args) {
			const question = [program, ...args].join(' ');
			asked.push(question);
			const answer = answers.get(question);
			if (answer === undefined)
				return isThere(program, [...answers.keys()]) ? { ...MISSING, how: 'ended', code: 1 } : MISSING;
			if (typeof answer === 'string') return { how: 'ended', code: 0, stdout: answer, stderr: '' };
			return { how: 'ended', code: 1, stdout: '', stderr: '', ...answer };
		},
	};
}

/** A program that answers anything is there for everything else too. */
function isThere(program: string, questions: readonly string[]): boolean {
	return questions.some((question) => question.split(' ')[0] === program);
}
