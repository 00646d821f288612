import { CodedError } from '@oriel/base';
import type { NetworkTrouble } from './network.ts';

/**
 * What went wrong between this agent, its settings and its relay. `bad-name`, `bad-relay`, `bad-key`, `bad-source`
 * and `bad-option` are settings that cannot work; the rest are answers of the network or the relay.
 */
export class AgentError extends CodedError<
	| 'bad-name'
	| 'bad-relay'
	| 'bad-key'
	| 'bad-source'
	| 'bad-option'
	| 'key-rejected'
	| 'forbidden'
	| 'redirected'
	| 'unavailable'
	| 'not-a-relay'
	| 'version-refused'
	| NetworkTrouble
> {}
