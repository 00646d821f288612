export { ClockOffset, type PingExchange } from './clock-offset.ts';
export { CongestionController } from './congestion/congestion-controller.ts';
