/** Something about a machine and its cameras that its owner should know. */
export interface Finding {
	/** From a closed list; the same words may come with other names in them. */
	readonly code: FindingCode | (string & {});
	/** What was seen, in plain words: one or two sentences. */
	readonly words: string;
	/** One thing to do about it. */
	readonly fix: string;
	/** Whether it keeps pictures from coming. The others are worth knowing. */
	readonly isFatal: boolean;
}

export type FindingCode =
	| 'detection-off'
	| 'legacy-stack'
	| 'sensor-silent'
	| 'no-camera'
	| 'kernel-only'
	| 'permission'
	| 'busy'
	| 'sensor-timeout'
	| 'no-libav'
	| 'program-missing'
	| 'unsupported-platform'
	| 'container'
	| 'usb-bandwidth'
	| 'under-voltage'
	| 'hot'
	| 'mac-permission'
	| 'windows-busy'
	| 'no-memory'
	| 'no-source';

/** A finding on one line, for logs and for the relay's page. */
export function onOneLine({ words, fix }: Pick<Finding, 'words' | 'fix'>): string {
	return `${words} ${fix}`;
}
