import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { OtherMachine } from './other-machine.ts';
import { ROOT } from './program.ts';

/** Packages that are unpacked on other machines only: installed on this one, they would act. tools/test/prepare.mjs fetches them. */
const PACKAGES = join(ROOT, '.cache', 'firewalls');

/** A bus on which everyone may do everything, and that starts no programs. */
const BUS = `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>system</type>
  <listen>unix:path=/run/dbus/system_bus_socket</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow user="*"/><allow own="*"/><allow send_destination="*"/><allow receive_sender="*"/>
  </policy>
</busconfig>
`;

/** Starts firewalld as it is installed: zone public, which lets SSH in. */
export async function startFirewalld(machine: OtherMachine): Promise<void> {
	await unpack(machine, 'firewalld');
	machine.write('/etc/oriel-test-bus.conf', BUS);
	await mustRun(machine, 'mkdir -p /run/dbus && dbus-uuidgen --ensure');
	await mustRun(machine, 'dbus-daemon --config-file=/etc/oriel-test-bus.conf --fork');
	await mustRun(machine, 'setsid firewalld --nofork --nopid >/run/firewalld.log 2>&1 </dev/null & sleep 0');
	const asked =
		'for i in $(seq 100); do firewall-cmd --state 2>/dev/null && exit; sleep 0.1; done; cat /run/firewalld.log; exit 1';
	await mustRun(machine, asked);
}

/** Switches ufw on as it is installed: lets nothing in but SSH. */
export async function startUfw(machine: OtherMachine): Promise<void> {
	await unpack(machine, 'ufw');
	// What its package does when it is installed.
	const files = 'cp -n /usr/share/ufw/iptables/*.rules /usr/share/ufw/ufw.conf /etc/ufw/';
	await mustRun(machine, `${files} && ufw allow 22/tcp && ufw --force enable`);
}

async function unpack(machine: OtherMachine, program: string): Promise<void> {
	const isThere = await machine.done(`command -v ${program}`);
	if (isThere.code === 0) return;
	const packages = existsSync(PACKAGES) ? readdirSync(PACKAGES).filter((name) => name.endsWith('.deb')) : [];
	if (packages.length === 0) throw new Error(`${program} is neither installed nor in ${PACKAGES}: run npm test once`);
	const unpacking = `for file in ${PACKAGES}/*.deb; do dpkg-deb --fsys-tarfile $file | tar -xC / --keep-directory-symlink; done`;
	await mustRun(machine, unpacking);
}

async function mustRun(machine: OtherMachine, line: string): Promise<void> {
	const { code, stdout, stderr } = await machine.done(line);
	if (code !== 0) throw new Error(`${line}: ${stdout}${stderr}`);
}
