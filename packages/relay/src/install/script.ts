/** What `install.sh` has to know. */
export interface ScriptFacts {
	readonly version: string;
	/** Of the package, in hexadecimal digits. */
	readonly sha256: string;
	/** Where the relay is, e.g. `https://cam.example.org`; '' if the package is beside the script. */
	readonly relay: string;
	/** `sha256/BASE64` of a self-signed relay's public key. */
	readonly pin: string | undefined;
}

/** What may stand between the script's single quotes: nothing that any shell reads as more than text. */
const PLAIN = /^[\w.:/[\]+=-]*$/;

/** The script with what it has to know written into it. Throws where that could be more than text for a shell. */
export function installScript(template: string, { version, sha256, relay, pin = '' }: ScriptFacts): string {
	let script = template;
	for (const [name, value] of Object.entries({ VERSION: version, SHA256: sha256, RELAY: relay, PIN: pin })) {
		if (!PLAIN.test(value)) throw new Error(`install.sh: ${name} cannot be ${JSON.stringify(value)}`);
		const placeholder = `@ORIEL_${name}@`;
		if (script.split(placeholder).length !== 2) throw new Error(`install.sh: ${placeholder} is expected exactly once`);
		script = script.replace(placeholder, value);
	}
	return script;
}
