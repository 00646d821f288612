import type { ControlDesk } from '../controls/control-desk.ts';
import type { Candidate } from '../method.ts';
import type { Frame, Sink } from '../source.ts';
import { type Attempting, attempt, type Outcome } from './attempt.ts';

/** Runs one way to a camera, and starts its program anew with other settings whenever somebody has changed them. */
export async function attemptWithControls(
	desk: ControlDesk,
	candidate: Candidate,
	attempting: Attempting,
): Promise<Outcome> {
	const { signal } = attempting;
	const sink = seenBy(desk, attempting.sink);
	for (;;) {
		const again = new AbortController();
		const stop = () => again.abort();
		signal.addEventListener('abort', stop);
		if (signal.aborted) stop();
		const settings = desk.settingsFor(candidate);
		desk.opens(candidate, settings, stop);
		const outcome = await attempt(candidate, { ...attempting, settings, sink, signal: again.signal });
		signal.removeEventListener('abort', stop);
		const isToRunAgain = desk.closes(outcome.failure?.message);
		if (signal.aborted || !isToRunAgain) return outcome;
	}
}

function seenBy(desk: ControlDesk, sink: Sink): Sink {
	return {
		frame(frame: Frame) {
			desk.picture();
			sink.frame(frame);
		},
		poster: sink.poster.bind(sink),
		advise: sink.advise.bind(sink),
	};
}
