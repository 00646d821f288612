import type { Session } from '../../api/session.ts';
import { CopyLine } from '../../ui/copy-line.tsx';
import './empty-wall.css';

/** The wall without a camera: tells the owner how to hang one. */
export function EmptyWall({ role }: { role: Session['role'] }) {
	if (role !== 'owner') {
		return (
			<div class="empty-wall">
				<h1>No cameras yet</h1>
				<p>Nothing is shared with you so far. A camera shows up here by itself.</p>
			</div>
		);
	}
	const { origin } = location;
	return (
		<div class="empty-wall">
			<h1>Hang the first camera</h1>
			<p>Two commands, for a camera called “porch”. It shows up here by itself.</p>
			<ol>
				<li>
					<h2>On the relay, make the camera’s key</h2>
					<CopyLine command="oriel key add porch" />
				</li>
				<li>
					<h2>Beside the camera, start it with that key</h2>
					<CopyLine command={`oriel camera ${origin} --name porch --key-file porch.key`} />
				</li>
				<li>
					<h2>Or there, without installing anything, with curl</h2>
					<CopyLine command={curlCommand(origin)} />
				</li>
			</ol>
		</div>
	);
}

function curlCommand(origin: string): string {
	const capture = 'rpicam-vid -t 0 -n --codec mjpeg --flush -o -';
	return `${capture} | curl -T - -H "Authorization: Bearer KEY" ${origin}/cameras/porch/ingest`;
}
