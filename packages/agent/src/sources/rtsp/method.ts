import { thinned } from '../../capture/at-most.ts';
import type { StreamMethod } from '../../capture/method.ts';
import { type Finding, minor } from '../../detect/findings/finding.ts';
import { AgentError } from '../../errors/agent-error.ts';
import { readPin } from '../../tls/pin.ts';
import { readAddress } from '../http/http-address.ts';
import { rtspSource } from './rtsp.ts';
import { subStreamOf } from './sub-stream.ts';

/** Network cameras that speak RTSP. */
export const rtsp: StreamMethod = {
	name: 'rtsp',
	specs: ['rtsp://…', 'rtsps://…'],
	open(spec, options) {
		if (!/^rtsps?:/i.test(spec)) return undefined;
		// The value itself stays out of the message: it may hold a password.
		if (!/^rtsps?:\/\/./i.test(spec)) {
			const words = 'the source begins like an RTSP address, but is not one; expected rtsp://HOST/…';
			throw new AgentError('bad-source', words);
		}
		const { cameraPin, maxPictureBytes, clock, random } = options;
		const pin = cameraPin === undefined ? undefined : readPin(cameraPin);
		return thinned(rtspSource({ address: readAddress(spec), pin, maxPictureBytes, clock, random }), options);
	},
	abilities: () => ({ does: ['fps'], codec: undefined }),
	findings: (spec) => (/^rtsps?:\/\/./i.test(spec) ? subStreamFindings(readAddress(spec).url) : []),
};

/** A small second stream that the camera most likely has. It is named and not tried: cameras lock out repeated sign-ins. */
function subStreamFindings(address: URL): readonly Finding[] {
	const sub = subStreamOf(address);
	if (!sub) return [];
	const words = `The address looks like one of ${sub.maker}, whose cameras have a second, small stream for grids.`;
	const example = sub.address.replace('//', '//USER:PASSWORD@');
	return [minor('sub-stream', words, `Add it with the same user and password: --preview ${example}`)];
}
