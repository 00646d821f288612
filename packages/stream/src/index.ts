export { ClockOffset, type PingExchange } from './clock-offset.ts';
export { CongestionController } from './congestion/congestion-controller.ts';
export { Demand, IDLE_BEFORE_PAUSE } from './demand.ts';
export { DisplayOrder } from './display-order.ts';
export {
	type EncodedFrame,
	type FrameOrigin,
	newRunId,
	nextSequence,
	presentationTime,
	type RunId,
	sequenceDistance,
	type TrackId,
	type TrackName,
} from './encoded-frame.ts';
export { FrameQueue, type FrameQueueLimits, type Overflow } from './frame-queue.ts';
export { Gop, type GopLimits } from './gop.ts';
export { KEY_REQUEST_INTERVAL, KeyRequestThrottle } from './key-request-throttle.ts';
export { type FrameSource, MAX_LAG, ReadCursor } from './read-cursor.ts';
