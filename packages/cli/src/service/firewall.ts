import { spawnSync } from 'node:child_process';
import type { Step } from './machine.ts';

/** What a program prints; undefined if it is not there or fails. */
export type Look = (program: string, ...args: readonly string[]) => string | undefined;

/** Asks the programs of this machine. */
export const lookHere: Look = (program, ...args) => {
	const { status, stdout } = spawnSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
	return status === 0 ? stdout : undefined;
};

/** By this our rules are found again. */
const COMMENT = 'oriel-relay';

type Command = readonly [string, ...string[]];

/** Opens TCP ports in the machine's own firewall: what manages it decides how. Nothing to do where none refuses anything. */
export function openPorts(ports: readonly number[], look: Look): Step[] {
	if (look('firewall-cmd', '--state') !== undefined) return firewalld('add', ports);
	if (look('ufw', 'status')?.includes('Status: active'))
		return ports.map((port) => run(['ufw', 'allow', `${port}/tcp`]));
	return tables((program) => insertion(program, ports, look));
}

/** Takes the rules of `openPorts` away again. */
export function closePorts(ports: readonly number[], look: Look): Step[] {
	if (look('firewall-cmd', '--state') !== undefined) return firewalld('remove', ports);
	if (look('ufw', 'status')?.includes('Status: active'))
		return ports.map((port) => run(['ufw', 'delete', 'allow', `${port}/tcp`], true));
	return tables((program) => {
		const ours = linesOf(program, look).filter((line) => line.startsWith('-A ') && line.includes(` ${COMMENT} `));
		return ours.map((line) => run([program, '-D', ...line.split(' ').slice(1)], true));
	});
}

function firewalld(verb: 'add' | 'remove', ports: readonly number[]): Step[] {
	const rules = ports.map((port) => `--${verb}-port=${port}/tcp`);
	return [run(['firewall-cmd', '--quiet', '--permanent', ...rules]), run(['firewall-cmd', '--quiet', '--reload'])];
}

/** Rules for both families, kept over a restart where the system has a program for that (Oracle's Ubuntu images have). */
function tables(rulesFor: (program: string) => Step[]): Step[] {
	const steps = ['iptables', 'ip6tables'].flatMap(rulesFor);
	return steps.length === 0 ? [] : [...steps, run(['netfilter-persistent', 'save'], true)];
}

/** Before the first rule that refuses: Oracle's images end INPUT with a REJECT, behind which no rule is ever reached. */
function insertion(program: string, ports: readonly number[], look: Look): Step[] {
	const lines = linesOf(program, look);
	const rules = lines.filter((line) => line.startsWith('-A '));
	const at = rules.findIndex((line) => /^-A INPUT( -i \S+)? -j (REJECT|DROP)\b/.test(line));
	const refuses = at >= 0 || lines.some((line) => line === '-P INPUT DROP');
	if (!refuses) return [];
	const place = String((at < 0 ? rules.length : at) + 1);
	const missing = ports.filter((port) => !hasRule(program, port, look));
	return missing.map((port) => run([program, '-I', 'INPUT', place, ...ruleOf(port)]));
}

function linesOf(program: string, look: Look): string[] {
	return look(program, '-S', 'INPUT')?.trim().split('\n') ?? [];
}

function hasRule(program: string, port: number, look: Look): boolean {
	return look(program, '-C', 'INPUT', ...ruleOf(port)) !== undefined;
}

function ruleOf(port: number): string[] {
	return ['-p', 'tcp', '--dport', String(port), '-m', 'comment', '--comment', COMMENT, '-j', 'ACCEPT'];
}

function run(command: Command, mayFail = false): Step {
	return mayFail ? { do: 'run', command, mayFail } : { do: 'run', command };
}
