import type { ReportFault } from '../errors/faults.ts';
import type { EndReason, Publisher } from './publication.ts';

/** `publisher`, whose methods never throw: what one throws is reported, and the camera goes on. */
export function containedPublisher(publisher: Publisher, report: ReportFault): Publisher {
	const { via, software } = publisher;
	const contain = <T>(method: string, call: () => T): T | undefined => {
		try {
			return call();
		} catch (thrown) {
			report('observer', thrown, { publisher: via, method });
			return undefined;
		}
	};
	return {
		via,
		software,
		ended: (reason: EndReason) => contain('ended', () => publisher.ended(reason)),
		requestKey: (track) => contain('requestKey', () => publisher.requestKey?.(track)),
		pause: (track) => contain('pause', () => publisher.pause?.(track)) ?? false,
		resume: (track) => contain('resume', () => publisher.resume?.(track)),
		...(publisher.control && { control: (request) => contain('control', () => publisher.control?.(request)) }),
	};
}
