import { fileURLToPath } from 'node:url';

/** Folder with the built page. */
export const PAGE_DIRECTORY: string = fileURLToPath(new URL('.', import.meta.resolve('@oriel/web/page/index.html')));
