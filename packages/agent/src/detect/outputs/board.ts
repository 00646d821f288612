/** The chip of a Raspberry Pi. All but the newest encode H.264 in hardware. */
export type Chip = 'bcm2835' | 'bcm2836' | 'bcm2837' | 'bcm2711' | 'bcm2712';

/** Which machine it is. */
export interface Board {
	/** E.g. `Raspberry Pi 4 Model B Rev 1.4`; empty where no device tree tells. */
	readonly model: string;
	/** Undefined: not a Raspberry Pi. */
	readonly chip: Chip | undefined;
	/** What it can carry, which decides the sizes and rates that are chosen for it. */
	readonly strength: 'small' | 'middle' | 'large';
}

/** More than any name needs. */
const MAX_MODEL_LENGTH = 200;
const CHIPS: readonly Chip[] = ['bcm2835', 'bcm2836', 'bcm2837', 'bcm2711', 'bcm2712'];

/** Reads `model` and `compatible` of `/proc/device-tree`. */
export function parseBoard(model: string, compatible: string): Board {
	const words = compatible.split('\0');
	const chip = CHIPS.find((name) => words.includes(`brcm,${name}`));
	return { model: model.replaceAll('\0', '').trim().slice(0, MAX_MODEL_LENGTH), chip, strength: strengthOf(chip) };
}

function strengthOf(chip: Chip | undefined): Board['strength'] {
	if (chip === undefined || chip === 'bcm2712') return 'large';
	return chip === 'bcm2711' ? 'middle' : 'small';
}
