import type { Finding } from '../finding.ts';
import type { RelayFacts } from './relay-facts.ts';
import type { MachineView } from './view.ts';

/** Looks at one thing of a relay's machine. Changes nothing. */
export type Check = (view: MachineView, relay: RelayFacts) => Finding[] | Promise<Finding[]>;
