import type { Camera } from '../../../player/connection/directory.ts';
import { Pill, type Tone } from '../../../ui/pill.tsx';

type Status = NonNullable<Camera['status']>['state'];

const LOOKS: Readonly<Record<Status, readonly [Tone, string]>> = {
	never: ['quiet', 'No picture yet'],
	live: ['good', 'Live'],
	stalled: ['warn', 'Stalled'],
	offline: ['bad', 'Offline'],
};

/** How a camera is, in a word. */
export function CameraState({ camera }: { camera: Camera | undefined }) {
	const [tone, word] = LOOKS[camera?.status?.state ?? 'never'];
	return <Pill tone={tone}>{word}</Pill>;
}
