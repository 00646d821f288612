export interface PairingFacts {
	/** The relay's address as the owner's browser has it, e.g. `https://cam.example.org`. */
	readonly origin: string;
	readonly camera: string;
	readonly code: string;
	/** `sha256/BASE64` */
	readonly pin: string | undefined;
}

/** Lines for the camera's machine. None of them holds the key: it goes from the relay into a file. */
export interface PairingCommands {
	/** Installs the program from this relay, as a service, and joins. */
	readonly join: string;
	/** For machines without Node: one to fetch the key, one to send; `rpicam-vid` stands for whatever writes JPEGs or H.264. */
	readonly curl: readonly [fetchKey: string, send: string];
}

/** What to type beside the camera. */
export function commandsFor({ origin, camera, code, pin }: PairingFacts): PairingCommands {
	const file = `oriel-${camera}.header`;
	const trust = trustIn(pin);
	return {
		join: `${installCommand(origin, pin)} join ${code}`,
		curl: [
			`(umask 077; curl -fsS${trust} -d ${code} ${origin}/api/join/header > ${file})`,
			`rpicam-vid -n -t 0 --codec mjpeg -o - | curl -sS${trust} -T - -H @${file} ${origin}/cameras/${camera}/ingest`,
		],
	};
}

/** What runs the installer of this relay on another machine; what it is to do follows. */
export function installCommand(origin: string, pin: string | undefined): string {
	return `curl -fsS${trustIn(pin)} ${origin}/install.sh | sudo sh -s --`;
}

/** curl writes the pin with two slashes, and -k makes the pin alone decide. */
function trustIn(pin: string | undefined): string {
	return pin === undefined ? '' : ` -k --pinnedpubkey "${pin.replace('/', '//')}"`;
}
