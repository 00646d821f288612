export { goodbyeAfter, RETRY_AFTER_BREACH_MS } from './connection/breach.ts';
export { ConnectionMachine, type ConnectionOptions } from './connection/connection-machine.ts';
export type { PingSchedule } from './connection/pinger.ts';
export { FixedSilence, type SilenceLimit } from './connection/silence.ts';
export { ProtocolError } from './errors/protocol-error.ts';
export { LengthPrefixedDecoder } from './length-prefixed/decode.ts';
export { encodeLengthPrefixed } from './length-prefixed/encode.ts';
export { type CameraControl, CONTROL_NAME, type ControlRequest, type Controls } from './message/camera-controls.ts';
export {
	type Announce,
	type BandwidthReport,
	CAMERA_STATES,
	type CameraState,
	CLOSE_CODES,
	GOODBYE_REASONS,
	type Goodbye,
	type GoodbyeReason,
	type Hello,
	type Problem,
	type Request,
	type Status,
	type Watch,
} from './message/control.ts';
export {
	MAX_CAMERAS,
	MAX_CAPABILITIES,
	MAX_CHOICES,
	MAX_CONTROL_BYTES,
	MAX_CONTROLS,
	MAX_LABEL_LENGTH,
	MAX_MESSAGES_PER_PACKET,
	MAX_PICTURE_BYTES,
	MAX_RETRY_AFTER_MS,
	MAX_TEXT_LENGTH,
	MAX_WATCHED_CAMERAS,
} from './message/limits.ts';
export {
	type AckMessage,
	type ControlMessage,
	type FrameMessage,
	HEADER_BYTES,
	type Message,
	type MessageType,
	type PingMessage,
	type PongMessage,
	type PosterMessage,
	TYPE_BYTES,
} from './message/message.ts';
export { RELAY_TO_AGENT, RELAY_TO_VIEWER } from './message/sent-by.ts';
export { PROTOCOL_VERSION, SUBPROTOCOL } from './message/version.ts';
export { type DecodeLimits, decode } from './websocket/decode.ts';
export { encode, encodeFrame } from './websocket/encode.ts';
