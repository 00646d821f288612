import type { Route } from './route.ts';
import type { StaticFiles } from './static.ts';

/** A route for every file of the page. */
export function staticRoutes<Who, Action>(files: StaticFiles, action: Action): Route<Who, Action>[] {
	return files.paths.map((path) => ({ method: 'GET', path, action, handle: (exchange) => files.serve(exchange) }));
}
