import type { DetectContext } from '../detect/context.ts';
import type { Target } from '../detect/target.ts';
import { AgentError } from '../errors/agent-error.ts';

/** Cameras on ribbon connectors, by their number. Several programs read them. */
export const CSI = 'csi';
/** Nodes of Video4Linux, by their path. */
export const NODE = 'node';

/** Cameras of a Mac or of Windows: no SPEC names one of them. */
export const DESKTOP = 'desktop';

export function csiName(index: number): string {
	return `csi:${index}`;
}

/** `csi:N`: the camera on a ribbon connector. */
export function csiTarget(spec: string): Target | undefined {
	if (!spec.startsWith('csi:')) return undefined;
	const [, digits] = /^csi:(\d{1,2})$/.exec(spec) ?? [];
	if (digits === undefined) {
		throw new AgentError('bad-source', `the source ${spec} is not known; expected csi:0, csi:1 …`);
	}
	const index = Number(digits);
	return { kind: CSI, name: csiName(index), description: `the camera on ribbon connector ${index}` };
}

/** `/dev/videoN`, or a name under `/dev/v4l` that stays when other cameras come and go. */
export function nodeTarget(spec: string): Target | undefined {
	if (!/^\/dev\/(video\d{1,3}$|v4l\/)/.test(spec)) return undefined;
	return { kind: NODE, name: spec, description: `the camera at ${spec}` };
}

/** The path of the node that is looked for; undefined: every node is. */
export function wantedNode({ target, isThorough }: DetectContext): string | undefined {
	return target?.kind === NODE && !isThorough ? target.name : undefined;
}
