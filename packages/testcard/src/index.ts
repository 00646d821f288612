export { BitWriter } from './h264/bit-writer.ts';
export { H264Encoder } from './h264/encode.ts';
export { ppsOf, spsOf } from './h264/parameter-sets.ts';
export { type Moment, TestPattern, type TestPatternOptions } from './pattern/paint.ts';
export { cameraId } from './time-code/camera-id.ts';
export type { TimeCode } from './time-code/layout.ts';
export { type Pixels, readTimeCode } from './time-code/read.ts';
export { writeTimeCode } from './time-code/write.ts';
