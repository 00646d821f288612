import type { CameraControls } from '@oriel/api';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Answer, Failure } from '../../../api/answer.ts';
import { changeControl, readControls, resetControls } from '../../../api/controls.ts';
import { fullTroubleOf } from '../../trouble.ts';

/** How often the controls are read while the panel is open: another owner may change them, too. */
const READ_EVERY_MS = 2000;
/** While the camera restarts, the user waits. */
const READ_SOON_MS = 400;

export interface ControlsState {
	/** Undefined until they have been read. */
	readonly controls: CameraControls | undefined;
	/** What went wrong, in words. */
	readonly problem: string | undefined;
	/** Values that were chosen here and are on their way. */
	readonly pending: ReadonlyMap<string, number>;
	change(name: string, value: number): void;
	reset(): void;
}

/** The controls of a camera, read repeatedly while the panel is open. */
export function useControls(camera: string): ControlsState {
	const [controls, setControls] = useState<CameraControls>();
	const [failure, setFailure] = useState<string>();
	const [pending, setPending] = useState<ReadonlyMap<string, number>>(new Map());
	// One request at a time; of what is wanted meanwhile the newest counts.
	const wanted = useRef(new Map<string, number>());
	const isSending = useRef(false);

	const took = (answer: Answer<CameraControls>) => {
		if (answer.kind === 'success') setControls(answer.value);
		setFailure(answer.kind === 'success' ? undefined : wordsOf(answer));
	};
	const send = async () => {
		if (isSending.current) return;
		isSending.current = true;
		while (wanted.current.size > 0) {
			const [[name, value] = ['', 0]] = wanted.current;
			wanted.current.delete(name);
			took(await changeControl(camera, name, value));
			if (!wanted.current.has(name)) setPending((before) => without(before, name));
		}
		isSending.current = false;
	};

	const isRestarting = controls?.state === 'restarting';
	useEffect(() => {
		const look = async () => {
			if (document.hidden || isSending.current) return;
			const answer = await readControls(camera);
			if (isSending.current) return;
			if (answer.kind === 'success') setControls(answer.value);
			else setFailure(wordsOf(answer));
		};
		void look();
		const timer = setInterval(() => void look(), isRestarting ? READ_SOON_MS : READ_EVERY_MS);
		return () => clearInterval(timer);
	}, [camera, isRestarting]);

	return {
		controls,
		problem: failure ?? controls?.problem ?? undefined,
		pending,
		change(name, value) {
			wanted.current.set(name, value);
			setPending((before) => new Map(before).set(name, value));
			void send();
		},
		reset() {
			wanted.current.clear();
			setPending(new Map());
			void resetControls(camera).then(took);
		},
	};
}

function without(values: ReadonlyMap<string, number>, name: string): ReadonlyMap<string, number> {
	const rest = new Map(values);
	rest.delete(name);
	return rest;
}

function wordsOf(answer: Failure): string {
	return answer.kind === 'refused' ? `${answer.message}.` : fullTroubleOf(answer);
}
