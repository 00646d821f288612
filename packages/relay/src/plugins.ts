import { live } from './deliver/live-plugin.ts';
import { mjpeg, mp4, snapshot } from './deliver/picture-plugins.ts';
import { agent } from './ingest/agent-plugin.ts';
import { lpJpeg } from './ingest/lp-jpeg-plugin.ts';
import { upload } from './ingest/upload-plugin.ts';
import { installer } from './install/install-plugin.ts';
import type { Plugin } from './plugin/plugin.ts';

/** Every input and every output of a relay, and what it has for the machines beside the cameras. */
export const PLUGINS: readonly Plugin[] = [upload, agent, lpJpeg, mjpeg, mp4, snapshot, live, installer];
