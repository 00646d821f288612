export { type Agent, type AgentConfig, type AgentPlatform, startAgent } from './agent.ts';
export { type OpenOptions, openSource } from './capture/open.ts';
export type { CaptureSettings } from './capture/program/command.ts';
export type { Frame, Poster, Sink, Source } from './capture/source.ts';
export { AgentError } from './errors/agent-error.ts';
export { type Again, SourceError } from './errors/source-error.ts';
export { agentUrl } from './uplink/address.ts';
export { type Joined, type JoinOptions, joinRelay } from './uplink/join.ts';
