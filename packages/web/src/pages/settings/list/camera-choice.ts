import type { CheckOption } from '../../../ui/check-option.ts';

/** What is used of a camera here. */
export interface Named {
	readonly name: string;
	readonly title: string;
}

/** What people call a camera. */
export function labelOf({ name, title }: Named): string {
	return title || name;
}

/** Cameras to tick. Two that are called alike are told apart by their short names; those in `also` are listed even if gone. */
export function cameraOptions(cameras: readonly Named[], also: readonly string[] = []): CheckOption[] {
	const known = cameras.map((camera): CheckOption => {
		const alike = cameras.filter((other) => labelOf(other) === labelOf(camera)).length > 1;
		return [camera.name, alike ? `${labelOf(camera)} (${camera.name})` : labelOf(camera)];
	});
	const gone = also.filter((name) => !cameras.some((camera) => camera.name === name));
	return [...known, ...gone.map((name): CheckOption => [name, `${name} (not here now)`])];
}

/** Names of cameras as people call them: `Front porch, Garden`. null or none: all of them. */
export function camerasWords(names: readonly string[] | null, cameras: readonly Named[]): string {
	if (names === null) return 'all cameras';
	if (names.length === 0) return 'no camera';
	return names.map((name) => labelOf(cameras.find((camera) => camera.name === name) ?? { name, title: '' })).join(', ');
}
