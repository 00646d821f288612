import { readFileSync } from 'node:fs';
import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os';

/** What Linux has read from the firmware; readable by every user. */
const DMI = '/sys/class/dmi/id';
const DMI_FILES = ['sys_vendor', 'product_name', 'chassis_asset_tag'];

/** This machine, as far as it knows itself. */
export function thisMachine(): {
	readonly interfaces: Record<string, NetworkInterfaceInfo[] | undefined>;
	/** Words of its maker; '' where nothing is known. */
	readonly maker: string;
} {
	return { interfaces: networkInterfaces(), maker: DMI_FILES.map(readDmi).join(' ').trim() };
}

function readDmi(name: string): string {
	try {
		return readFileSync(`${DMI}/${name}`, 'utf8').trim();
	} catch {
		return '';
	}
}
