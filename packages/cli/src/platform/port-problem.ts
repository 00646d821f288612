import { systemCode } from '@oriel/base';

/** Ports below this need a right on most systems. */
const FIRST_FREE_PORT = 1024;

/** Why a port could not be opened and what to do, on one line; undefined where the failure is of another kind. */
export function portProblem(port: number, failure: unknown, platform: NodeJS.Platform = process.platform) {
	switch (systemCode(failure)) {
		case 'EADDRINUSE':
			return `Port ${port} is in use by another program (${listCommand(port, platform)} names it); stop that program, or choose another port with --port N`;
		case 'EACCES':
			return port < FIRST_FREE_PORT
				? `This user may not open port ${port}: ports below ${FIRST_FREE_PORT} need a right. ${grantCommand(port, platform)}, or choose a higher port with --port N`
				: `The system refuses to open port ${port} (EACCES); choose another port with --port N`;
		case 'EADDRNOTAVAIL':
			return 'This machine does not have the address of --host; leave --host out to listen on all of its addresses';
		default:
			return undefined;
	}
}

function listCommand(port: number, platform: NodeJS.Platform): string {
	if (platform === 'win32') return `netstat -ano | findstr :${port}`;
	return platform === 'darwin' ? `sudo lsof -iTCP:${port} -sTCP:LISTEN` : `sudo ss -ltnp 'sport = :${port}'`;
}

function grantCommand(port: number, platform: NodeJS.Platform): string {
	return platform === 'linux'
		? `As a service: sudo oriel relay install. For all users: sudo sysctl -w net.ipv4.ip_unprivileged_port_start=${Math.min(port, 80)}`
		: 'Run it as an administrator';
}
