import { CodedError } from '@oriel/base';

export type BackupErrorCode =
	| 'not-a-backup'
	| 'unknown-format'
	| 'too-costly'
	| 'wrong-passphrase'
	/** A byte is missing, changed or in another place. */
	| 'damaged'
	/** What was sealed is nothing that a backup holds. */
	| 'bad-content';

/** Why a backup cannot be read, in words for its owner. */
export class BackupError extends CodedError<BackupErrorCode> {}
