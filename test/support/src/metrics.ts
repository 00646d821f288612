import { get } from 'node:http';

/**
 * What a relay tells Prometheus, asked as a program of its own machine asks: no header that a browser would send. `from`:
 * any address of 127.0.0.0/8.
 */
export function metricsOf(port: number, from = '127.0.0.1'): Promise<string> {
	return new Promise((resolve, reject) => {
		const where = { host: '127.0.0.1', port, path: '/metrics', localAddress: from };
		const call = get({ ...where, agent: false }, (answer) => {
			let text = '';
			answer.setEncoding('utf8');
			answer.on('data', (part: string) => {
				text += part;
			});
			answer.on('end', () => {
				if (answer.statusCode === 200) resolve(text);
				else reject(new Error(`/metrics answered ${answer.statusCode}: ${text}`));
			});
		});
		call.on('error', reject);
	});
}

/** The value of one line, e.g. `oriel_ingest_frames_total{camera="porch"}`; 0 if it is not there. */
export function metricIn(text: string, name: string): number {
	const line = text.split('\n').find((one) => one.startsWith(`${name} `));
	return Number(line?.slice(name.length) ?? 0);
}
