import type { ReceivedFrame } from '../connection/received-frame.ts';

/** One way to bring pictures to the screen. Every implementation passes `describeRenderer` of the test support. */
export interface Renderer {
	/** Takes a picture and never waits. Every picture is acknowledged in the end, or a later one in its place. */
	offer(picture: ReceivedFrame): void;
	/** Shows nothing any more. What is under way, and what still comes, is acknowledged, so that the relay does not wait for it. */
	close(): void;
}

/** What a renderer tells its creator. */
export interface RendererEvents {
	/** The picture has just come to the screen. */
	readonly onShown: (picture: ReceivedFrame) => void;
	/** A picture could not be read. The renderer goes on with the next that it can read. */
	readonly onUndecodable: () => void;
	/** It cannot go on and is to be replaced; the reason is for people. */
	readonly onBroken: (reason: string) => void;
}
