export { Backoff, type BackoffOptions } from './backoff.ts';
export { ascii, concat, hex, viewOf } from './bytes.ts';
export { type Cancel, type Clock, sleep } from './clock.ts';
export { CodedError, reasonOf, systemCode } from './errors.ts';
export { type Deferred, deferred, Lifetime } from './lifetime.ts';
export { type Fields, type Log, silentLog } from './log.ts';
export { Secret } from './secret.ts';
export { systemClock } from './system-clock.ts';
export { type Micros, type Millis, micros, millis } from './time.ts';
