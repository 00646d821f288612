import { Button } from '../../ui/button.tsx';
import { CopyLine } from '../../ui/copy-line.tsx';
import { Notice } from '../../ui/notice.tsx';
import { joinLine } from './camera-words.ts';

/** A pairing link was opened in a browser, where it does nothing: says where it belongs. */
export function PairingLinkPage({ token, onLeave }: { token: string; onLeave: () => void }) {
	return (
		<Notice title="This link adds a camera">
			<p>It does not open in a browser. Run this on the machine beside the camera, within ten minutes:</p>
			<CopyLine command={joinLine(location.origin, token)} />
			<Button onClick={onLeave}>Show the cameras</Button>
		</Notice>
	);
}
