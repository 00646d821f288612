/** A value of a metric with its labels; `suffix` tells the parts of a histogram apart. */
export interface Sample {
	readonly labels: Readonly<Record<string, string>>;
	readonly value: number;
	readonly suffix?: '_bucket' | '_sum' | '_count';
}

/** One metric: its values are asked for when it is read. */
export interface Family {
	readonly name: string;
	readonly help: string;
	readonly type: 'counter' | 'gauge' | 'histogram';
	samples(): Iterable<Sample>;
}

/** A metric in Prometheus' text format, version 0.0.4. */
export function textOf({ name, help, type, samples }: Family): string {
	const lines = [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`];
	for (const { labels, value, suffix = '' } of samples()) lines.push(`${name}${suffix}${braced(labels)} ${value}`);
	return `${lines.join('\n')}\n`;
}

function braced(labels: Sample['labels']): string {
	const pairs = Object.entries(labels).map(([label, value]) => `${label}="${escaped(value)}"`);
	return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function escaped(value: string): string {
	return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
