// One attack, until it is ended:
//
//   node attacker.mjs FILE NAME TARGET

import { setPriority } from 'node:os';
import { pathToFileURL } from 'node:url';

/** The honest ones on the same core come first: what is measured is the relay, not this machine. */
const LAST = 19;

const [file, name, target] = process.argv.slice(2);
setPriority(LAST);
const attacks = await import(pathToFileURL(file).href);
process.stdout.write('{"event":"begun"}\n');
await attacks[name](JSON.parse(target), new AbortController().signal);
