import { flag, type Option, oneOf, text } from '../options/option.ts';

/** `--log`: every command that runs for long has it. */
export const logOption: Option<'json' | 'pretty'> = {
	kind: oneOf('json', 'pretty'),
	help: 'how to write the log',
	fallback: 'pretty on a terminal, json elsewhere',
};

/** `--data`: every command that works on a relay's data directory has it. */
export const dataOption: Option<string> = { kind: text('DIR'), help: 'the data directory', fallback: 'per platform' };

/** `--json`: results as JSON. */
export const jsonOption: Option<boolean> = { kind: flag, help: 'print JSON' };

/** `--camera-pin`: every command that reads a camera of the network has it. */
export const cameraPinOption: Option<string> = {
	kind: text('PIN'),
	help: 'the pin of the self-signed certificate of an https or rtsps camera: sha256/…, as the refusal shows it',
};
