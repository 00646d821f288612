import { median, table, targetTable } from '../report/numbers.mjs';
import { canPin, pinSelf } from '../testbed/testbed.mjs';
import { contestants, makeCertificate, tlsContestants } from './contestants.mjs';
import { loadTools } from './load/tools.mjs';
import { FPS, runRound } from './round.mjs';

/** What it shows, in a line. */
export const summary = 'many viewers of one camera: the relay against a bare Node loop and a floor in C';

/** Flags with their defaults. Each list of counts may be empty: `--tls ''` leaves TLS out. */
export const flags = { viewers: '500,2000', tls: '500', seconds: '12', rounds: '3' };

const TITLES = {
	floor: 'floor in C',
	bare: 'bare Node loop',
	relay: 'relay, stream.mjpg',
	'relay-live': 'relay, /live',
};
/** More than this of its core and the load measures itself. */
const MAX_LOAD_BUSY = 0.9;

/**
 * Runs the bench. Throws if a contestant did not deliver.
 * @param {{viewers: string, tls: string, seconds: string, rounds: string}} given
 * @param {{cache: string, say: (words: string) => void}} place
 * @returns {Promise<string>} the results, as Markdown
 */
export async function run(given, { cache, say }) {
	pinSelf();
	const tools = loadTools(cache);
	const setting = { seconds: Number(given.seconds), rounds: Number(given.rounds) };
	const parts = [];
	const targets = [];
	for (const viewers of countsIn(given.viewers)) {
		const results = await runRounds(contestants(tools), tools, { viewers, ...setting }, say);
		parts.push(`### ${viewers} viewers\n\n${resultTable(results)}${loadWarning(results)}`);
		targets.push(...targetsOf(viewers, results));
	}
	for (const viewers of countsIn(given.tls)) parts.push(await overTls(tools, { viewers, ...setting }, cache, say));
	return [describe(tools, given), ...parts, ...(targets.length > 0 ? [targetTable(targets)] : [])].join('\n\n');
}

function countsIn(list) {
	return list.split(',').filter(Boolean).map(Number);
}

/** The same by TLS: what encrypting for each viewer costs, in Node's bare loop and in the relay. */
async function overTls(tools, setting, cache, say) {
	const title = `### ${setting.viewers} viewers by TLS`;
	const { tlsViewers } = tools;
	if (!tlsViewers) return `${title}\n\nNot measured: no C compiler, or no headers of OpenSSL (libssl-dev).`;
	const row = tlsContestants(tools, await makeCertificate(cache));
	const results = await runRounds(row, { ...tools, viewers: tlsViewers }, setting, say);
	const cipher = 'TLS 1.3, AES-256-GCM, EC P-256; the load decrypts what it throws away.';
	return `${title}\n\n${cipher}\n\n${resultTable(results)}${loadWarning(results)}`;
}

/** All contestants in turn, `rounds` times over, so that what disturbs the machine disturbs all alike. */
async function runRounds(row, tools, { viewers, seconds, rounds }, say) {
	const results = new Map(row.map(({ name }) => [name, []]));
	for (let round = 1; round <= rounds; round++) {
		for (const contestant of row) {
			const result = await runRound(contestant, tools, { viewers, seconds }).catch((cause) => {
				throw new Error(`${contestant.name} with ${viewers} viewers: ${cause.message}`, { cause });
			});
			results.get(contestant.name)?.push(result);
			say(`${viewers} viewers, round ${round}/${rounds}, ${contestant.name}: ${inBrief(result)}`);
		}
	}
	return results;
}

function inBrief({ fpsMin, cpuMicros, delayP99, serverBusy, loadBusy }) {
	const busy = `server ${(serverBusy * 100).toFixed(0)} %, load ${(loadBusy * 100).toFixed(0)} % of a core`;
	return `worst ${fpsMin.toFixed(2)} fps, p99 ${delayP99.toFixed(1)} ms, ${cpuMicros.toFixed(1)} µs a picture, ${busy}`;
}

const middle = (rounds, field) => median(rounds.map((round) => round[field]));

/** The middle of the rounds' ratios: both sides of each were measured one after the other. */
function ratio(results, name, other, field = 'cpuMicros') {
	const others = results.get(other);
	if (!others) return undefined;
	return median(results.get(name).map((round, index) => round[field] / others[index][field]));
}

function resultTable(results) {
	const head = [
		'',
		'fps mean',
		'fps worst viewer',
		'delay p50',
		'delay p99',
		'CPU a picture',
		'(lowest, highest)',
		'of a core',
	];
	const rows = [...results].map(([name, rounds]) => {
		const cpu = rounds.map(({ cpuMicros }) => cpuMicros);
		return [
			TITLES[name],
			middle(rounds, 'fpsMean').toFixed(2),
			middle(rounds, 'fpsMin').toFixed(2),
			`${middle(rounds, 'delayP50').toFixed(1)} ms`,
			`${middle(rounds, 'delayP99').toFixed(1)} ms`,
			`${median(cpu).toFixed(1)} µs`,
			`${Math.min(...cpu).toFixed(1)}, ${Math.max(...cpu).toFixed(1)}`,
			`${(middle(rounds, 'serverBusy') * 100).toFixed(0)} %`,
			timesAs(ratio(results, name, 'bare')),
			...(results.has('floor') ? [timesAs(ratio(results, name, 'floor'))] : []),
		];
	});
	return table([[...head, 'CPU to bare', ...(results.has('floor') ? ['CPU to floor'] : [])], ...rows]);
}

function timesAs(number) {
	return `${number?.toFixed(2)} x`;
}

function loadWarning(results) {
	const busiest = Math.max(...[...results.values()].flat().map(({ loadBusy }) => loadBusy));
	if (busiest < MAX_LOAD_BUSY) return '';
	return `\n\nThe load took ${(busiest * 100).toFixed(0)} % of its core: rates and delays are its own limit, not the server's.`;
}

function targetsOf(viewers, results) {
	const relay = results.get('relay');
	const fps = middle(relay, 'fpsMin');
	const rate = {
		text: `${viewers} viewers: every one >= 23.5 fps on one core`,
		seen: fps.toFixed(2),
		met: fps >= 23.5,
	};
	if (viewers !== 500) return viewers === 2000 ? [rate] : [];
	const delay = middle(relay, 'delayP99');
	return [
		rate,
		atMost('500 viewers: CPU a picture <= 1.15 x the bare loop', ratio(results, 'relay', 'bare'), 1.15, 'x'),
		atMost('500 viewers: CPU a picture <= 1.6 x the floor', ratio(results, 'relay', 'floor'), 1.6, 'x'),
		atMost('500 viewers: delay p99 <= 15 ms', delay, 15, 'ms'),
	];
}

function atMost(text, seen, limit, unit) {
	if (seen === undefined) return { text, seen: 'not measured: no C compiler', met: false };
	return { text, seen: `${seen.toFixed(2)} ${unit}`, met: seen <= limit };
}

function describe(tools, { seconds, rounds }) {
	const cores = canPin ? 'server alone on core 0, load on core 1' : 'server and load not pinned';
	return [
		`One camera, ${FPS} pictures of 25 000 bytes a second over loopback, ${cores}; load in ${tools.language}.`,
		`${rounds} rounds of ${seconds} s, the contestants in turn; medians, and for ratios the medians of the rounds' ratios.`,
		"Delay: from the source's sending to the last byte at the viewer. CPU: of the whole server process, kernel included.",
	].join('\n');
}
