// A process of viewers that do as they should. Its argument is JSON: groups of them (`Group[]`). For each line that it is sent it prints one
// of JSON (`Seen[]`, a group each): what its viewers have seen since the line before. It ends with its standard input.
import { createInterface } from 'node:readline';
import { type Group, HonestViewer, type Seen } from './honest-viewer.ts';

const groups: readonly Group[] = JSON.parse(process.argv[2] ?? '[]');
const viewers = groups.map((group) =>
	Array.from({ length: group.count }, (_, index) => new HonestViewer(group, index)),
);

createInterface({ input: process.stdin })
	.on('line', () => {
		const now = performance.now();
		const seen: Seen[] = viewers.map((each) => ({ viewers: each.map((viewer) => viewer.take(now)) }));
		process.stdout.write(`${JSON.stringify(seen)}\n`);
	})
	.on('close', () => process.exit(0));
