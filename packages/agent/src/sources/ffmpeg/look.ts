import type { DetectContext } from '../../detect/context.ts';
import type { Version } from '../../detect/outputs/version.ts';
import { parseEncoders, parseFfmpegVersion } from './parse-tool.ts';

export interface FfmpegTool {
	/** Undefined for a build from git: taken for a new one. */
	readonly version: Version | undefined;
	/** As it is written, e.g. `5.1.9-0+deb12u1`. */
	readonly versionText: string;
	/** Names of its encoders, e.g. `libx264`. */
	readonly encoders: ReadonlySet<string>;
}

/** Asks ffmpeg what it is; undefined if there is none. */
export async function findFfmpeg({ computer }: Pick<DetectContext, 'computer'>): Promise<FfmpegTool | undefined> {
	const told = parseFfmpegVersion((await computer.ask('ffmpeg', ['-version'])).stdout);
	if (!told) return undefined;
	const { stdout } = await computer.ask('ffmpeg', ['-hide_banner', '-encoders']);
	return { version: told.version, versionText: told.text, encoders: parseEncoders(stdout) };
}
