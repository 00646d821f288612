import type { Clock, Log } from '@oriel/base';
import type { Computer } from '../../detect/computer/computer.ts';
import { abortable } from '../../detect/computer/recorded.ts';
import { watchHealth } from '../../detect/health/watch-health.ts';
import type { Target } from '../../detect/target.ts';
import type { SourceError } from '../../errors/source-error.ts';
import type { CaptureSettings } from '../command/command.ts';
import { SettingsController } from '../controls/settings-controller.ts';
import type { SettingsStore } from '../controls/settings-store.ts';
import type { Candidate, CaptureMethod } from '../method.ts';
import type { Sink, Source } from '../source.ts';
import { attempt, type OpenProgram, type Outcome } from './attempt.ts';
import { attemptWithControls } from './attempt-with-controls.ts';
import { type DetectedCameras, detectCameras } from './detect-cameras.ts';
import { nothingToOpen } from './none.ts';

export interface AutoSourceOptions {
	/** The camera that was named; undefined: the best of this machine. */
	readonly target: Target | undefined;
	/** The types of cameras that there are. */
	readonly methods: readonly CaptureMethod[];
	readonly settings: CaptureSettings;
	readonly computer: Computer;
	readonly open: OpenProgram;
	readonly log: Log;
	readonly clock: Clock;
	/** Keeps what people change on the page; undefined: nothing can be changed there. */
	readonly settingsStore?: SettingsStore | undefined;
}

/**
 * A camera of this machine: looks what there is, opens the best of it, and falls to the next when that brings no picture. What has brought pictures before is opened again first, without looking.
 */
export function autoSource(options: AutoSourceOptions): Source {
	const source = new AutoSource(options);
	return {
		description: options.target?.description ?? 'the camera of this machine',
		capabilities: ['bitrate'],
		run: source.run.bind(source),
		limit: source.limit.bind(source),
		// Whether the camera has one is known only when it has been found.
		...(options.settings.preview && { preview: { capabilities: [] } }),
		...(source.controller && { controls: source.controller }),
	};
}

class AutoSource {
	/** Undefined: nothing can be changed on the page. */
	readonly controller: SettingsController | undefined;
	readonly #options: AutoSourceOptions;
	/** The way that has brought pictures last. */
	#proven: Candidate | undefined;
	#running: Source | undefined;
	#limit: number | undefined;

	constructor(options: AutoSourceOptions) {
		this.#options = options;
		const { settingsStore, settings: own } = options;
		this.controller = settingsStore && new SettingsController({ ...options, own, settingsStore });
	}

	limit(bitsPerSecond: number | undefined): void {
		this.#limit = bitsPerSecond;
		this.#running?.limit?.(bitsPerSecond);
	}

	async run(sink: Sink, signal: AbortSignal): Promise<void> {
		if (signal.aborted) return;
		if (this.#proven && (await this.#tried([this.#proven], sink, signal))) return;
		const { computer, methods, target } = this.#options;
		const detected = await detectCameras(abortable(computer, signal), methods, { target });
		if (signal.aborted) return;
		const candidates = this.#candidates(detected);
		const advice = candidates[0]?.advice;
		if (advice !== undefined) sink.advise(advice);
		const failure = await this.#firstFailure(candidates, sink, signal);
		if (failure) throw failure;
	}

	/** Whether the proven way was it: it ran until it was stopped. Throws if it brought pictures and then ended. */
	async #tried(candidates: readonly Candidate[], sink: Sink, signal: AbortSignal): Promise<boolean> {
		const failure = await this.#firstFailure(candidates, sink, signal);
		if (failure && this.#proven) throw failure;
		return failure === undefined;
	}

	/** Tries one after the other until one brings pictures. Gives why the best did not, or why the good one ended. */
	async #firstFailure(
		candidates: readonly Candidate[],
		sink: Sink,
		signal: AbortSignal,
	): Promise<SourceError | undefined> {
		let first: SourceError | undefined;
		const lost = new Set<string>();
		for (const candidate of candidates) {
			if (lost.has(candidate.camera)) continue;
			this.#options.log.info(`trying ${candidate.label}`, { reason: candidate.reason });
			const { pictures, failure, isOfTheCamera } = await this.#attempt(candidate, sink, signal);
			if (signal.aborted || !failure) return undefined;
			this.#proven = pictures > 0 ? candidate : undefined;
			if (pictures > 0) return failure;
			this.#options.log.warn(`${candidate.label} brings no pictures: ${failure.message}`);
			first ??= failure;
			if (isOfTheCamera) lost.add(candidate.camera);
		}
		return first;
	}

	/** Runs one way; on a Pi its health is watched meanwhile. */
	async #attempt(candidate: Candidate, sink: Sink, signal: AbortSignal): Promise<Outcome> {
		const running = (source: Source | undefined) => this.#runs(source);
		const isPi = candidate.board.chip !== undefined;
		const stopWatching = isPi ? watchHealth({ ...this.#options, say: (words) => sink.advise(words) }) : () => undefined;
		try {
			return this.controller
				? await attemptWithControls(this.controller, candidate, { ...this.#options, sink, signal, running })
				: await attempt(candidate, { ...this.#options, sink, signal, running });
		} finally {
			stopWatching();
		}
	}

	#runs(source: Source | undefined): void {
		this.#running = source;
		if (this.#limit !== undefined) source?.limit?.(this.#limit);
	}

	/** Throws SourceError if there are none. */
	#candidates(detected: DetectedCameras): Candidate[] {
		const { codec: asked } = this.#options.settings;
		const fitting = detected.candidates.filter(({ codec }) => asked === undefined || asked === codec);
		if (fitting.length === 0) throw nothingToOpen(detected);
		return fitting;
	}
}
