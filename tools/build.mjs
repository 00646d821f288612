// `npm run build`: everything that `npx oriel` needs.
import { ensureBuilt } from './ensure.mjs';

ensureBuilt();
