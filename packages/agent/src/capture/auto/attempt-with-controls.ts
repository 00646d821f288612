import type { SettingsController } from '../controls/settings-controller.ts';
import type { Candidate } from '../method.ts';
import type { MediaUnit, Sink } from '../source.ts';
import { type Attempting, attempt, type Outcome } from './attempt.ts';

/** Runs one candidate, and starts its program again with other settings whenever they were changed on the page. */
export async function attemptWithControls(
	controller: SettingsController,
	candidate: Candidate,
	attempting: Attempting,
): Promise<Outcome> {
	const { signal } = attempting;
	const sink = reportingTo(controller, attempting.sink);
	for (;;) {
		const again = new AbortController();
		const stop = () => again.abort();
		signal.addEventListener('abort', stop);
		if (signal.aborted) stop();
		const settings = controller.settingsFor(candidate);
		controller.onStart(candidate, settings, stop);
		const outcome = await attempt(candidate, { ...attempting, settings, sink, signal: again.signal });
		signal.removeEventListener('abort', stop);
		const isToRunAgain = controller.onEnd(outcome.failure?.message);
		if (signal.aborted || !isToRunAgain) return outcome;
	}
}

function reportingTo(controller: SettingsController, sink: Sink): Sink {
	return {
		frame(frame: MediaUnit) {
			controller.onFrame();
			sink.frame(frame);
		},
		poster: sink.poster.bind(sink),
		preview: sink.preview.bind(sink),
		advise: sink.advise.bind(sink),
	};
}
