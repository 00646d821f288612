import { readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { systemClock } from '@oriel/base';
import type { Machine } from '@oriel/relay';

/** What Linux has read from the firmware; readable by everybody. */
const DMI = '/sys/class/dmi/id';
const DMI_FILES = ['sys_vendor', 'product_name', 'chassis_asset_tag'];

/** This machine, as far as it knows itself. */
export function thisMachine(): Machine {
	return { interfaces: networkInterfaces(), maker: DMI_FILES.map(readDmi).join(' '), clock: systemClock };
}

function readDmi(name: string): string {
	try {
		return readFileSync(`${DMI}/${name}`, 'utf8').trim();
	} catch {
		return '';
	}
}
