/** Connections with one camera's publish key: the camera, its dead twin, and two that replace them. */
export const MAX_PUBLISHERS_PER_CAMERA = 4;

/** One connection that may bring a camera's pictures. */
export interface OpenPublisher {
	/** Whether the camera's pictures come from it now. */
	readonly isCurrent: boolean;
	/** Ends it, and tells the other side why. */
	giveWay(): void;
}

/**
 * The connections that are open with each camera's key. Where there are too many, the oldest that does not bring the
 * camera's pictures is ended, not the newest: a camera that comes back after its connection broke is let in.
 */
export class OpenPublishers {
	readonly #open = new Map<string, Set<OpenPublisher>>();
	readonly #passed: () => void;

	/** `passed` is called for every connection that is ended. */
	constructor(passed: () => void = () => {}) {
		this.#passed = passed;
	}

	/** Notes a new connection. The returned function notes its end. */
	enter(camera: string, publisher: OpenPublisher): () => void {
		const open = this.#open.get(camera) ?? new Set();
		this.#open.set(camera, open.add(publisher));
		const oldest = [...open].find((other) => other !== publisher && !other.isCurrent);
		if (open.size > MAX_PUBLISHERS_PER_CAMERA && oldest) {
			open.delete(oldest);
			this.#passed();
			oldest.giveWay();
		}
		return () => {
			open.delete(publisher);
			if (open.size === 0 && this.#open.get(camera) === open) this.#open.delete(camera);
		};
	}
}
