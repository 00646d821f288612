import { createServer } from 'node:net';
import { expect, it } from 'vitest';
import { portProblem } from './port-problem.ts';

const failure = (code: string) => Object.assign(new Error(code), { code });

it('tells a port that is taken from one that is not allowed, with the command that helps', () => {
	expect(portProblem(8080, failure('EADDRINUSE'), 'linux')).toBe(
		"Port 8080 is in use by another program (sudo ss -ltnp 'sport = :8080' names it); stop that program, or choose another port with --port N",
	);
	expect(portProblem(443, failure('EACCES'), 'linux')).toBe(
		'This user may not open port 443: ports below 1024 need a right. As a service: sudo oriel relay install. For all users: sudo sysctl -w net.ipv4.ip_unprivileged_port_start=80, or choose a higher port with --port N',
	);
	expect(portProblem(8443, failure('EACCES'), 'win32')).toContain('refuses to open port 8443');
	expect(portProblem(80, failure('EADDRINUSE'), 'darwin')).toContain('lsof -iTCP:80');
	expect(portProblem(80, failure('EADDRNOTAVAIL'))).toContain('--host');
	expect(portProblem(80, new Error('something else'))).toBeUndefined();
});

it('knows what the system says of a port that is taken', async () => {
	const first = createServer();
	await new Promise<void>((resolve) => first.listen(0, '127.0.0.1', resolve));
	const address = first.address();
	const port = typeof address === 'object' && address ? address.port : 0;
	const second = createServer();
	const seen = await new Promise<unknown>((resolve) => second.once('error', resolve).listen(port, '127.0.0.1'));
	expect(portProblem(port, seen)).toContain(`Port ${port} is in use`);
	await new Promise((resolve) => first.close(resolve));
});
