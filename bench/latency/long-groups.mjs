// Writes a bare H.264 stream to stdout, as a capture program does: 640x480 at 30 pictures a second, a key frame every 4 s.
import { H264Encoder, TestPattern } from '../../packages/testcard/dist/index.js';

const FPS = 30;
const GROUP = 4 * FPS;
const size = { width: 640, height: 480 };
const pattern = new TestPattern({ ...size, title: 'Long groups', camera: 'long-groups' });
const encoder = new H264Encoder({ ...size, framesPerSecond: FPS });
const start = performance.now();
let sequence = 0;

function next() {
	const time = Date.now() * 1000;
	const clockText = new Date().toISOString().replace('T', ' ').replace('Z', '');
	const unit = encoder.encode(pattern.paint({ time, sequence, clockText }), { forceKey: sequence % GROUP === 0 });
	process.stdout.write(unit.annexB);
	sequence++;
	setTimeout(next, Math.max(0, start + (sequence * 1000) / FPS - performance.now()));
}

process.stdout.on('error', () => process.exit());
next();
