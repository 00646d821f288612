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
