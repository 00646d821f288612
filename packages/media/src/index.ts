export { MediaError, type MediaErrorCode } from './errors/media-error.ts';
export { FlvReader } from './flv/read.ts';
export type { FlvVideo } from './flv/video.ts';
export { type AccessUnit, accessUnitOf } from './h264/access-unit.ts';
export { AnnexBSplitter, annexBOf, nalUnitsOf } from './h264/annexb.ts';
export { AccessUnitAssembler } from './h264/assemble.ts';
export { type Avcc, buildAvcc, mp4NalUnits, parseAvcc, toAnnexB, toLengthPrefixed } from './h264/avcc.ts';
export { levelFor } from './h264/level.ts';
export { NAL, nalName, nalType } from './h264/nal.ts';
export type { DisplayOrder } from './h264/picture-order.ts';
export type { PixelAspect } from './h264/pixel-aspect.ts';
export { isRecoveryPoint } from './h264/recovery-point.ts';
export { codecString, parseSps, type Sps } from './h264/sps.ts';
export { type H264Format, H264Stream, type H264Unit } from './h264/stream.ts';
export { blankYuvImage, checkPlanes, type YuvImage } from './image/yuv-image.ts';
export { type EncodeOptions, encodeJpeg } from './jpeg/encode.ts';
export { withHuffmanTables } from './jpeg/huffman-tables.ts';
export { findJpeg, inspectJpeg } from './jpeg/inspect.ts';
export type { Jpeg } from './jpeg/jpeg.ts';
export { JpegScanner } from './jpeg/scan.ts';
export {
	MAX_THUMBNAIL_BYTES,
	MAX_THUMBNAIL_SOURCE_PIXELS,
	type ThumbnailLimits,
	thumbnailOf,
} from './jpeg/thumbnail.ts';
export { DecodeTimes } from './mp4/decode-times.ts';
export { type FragmentHead, type FragmentOptions, fragment, fragmentHead, sampleOf } from './mp4/fragment.ts';
export { type InitOptions, initSegment } from './mp4/init.ts';
export { SampleDurations } from './mp4/sample-durations.ts';
export { openReader, type StreamKind } from './reader/open.ts';
export { PresentationClock } from './reader/presentation-clock.ts';
export type { Format, MediaUnit, ParsedUnit, Reader } from './reader/reader.ts';
export { RtpJpegReader } from './reader/rtp-jpeg-reader.ts';
export { RtpReader, type RtpReaderOptions } from './reader/rtp-reader.ts';
export { Silence } from './reader/silence.ts';
export { TimedReader } from './reader/timed-reader.ts';
export { isReport, type RtpPacket, readRtpPacket } from './rtp/packet.ts';
export { Reception } from './rtp/reception.ts';
export { type MediaDescription, type PayloadFormat, readSdp, type SessionDescription } from './sdp/sdp.ts';
export type { Foreign } from './sniff/foreign.ts';
export { isAnnexB, type Sniffed, sniffBody } from './sniff/sniff.ts';
