import { agent } from './inputs/agent/plugin.ts';
import { lpJpeg } from './inputs/lp-jpeg/plugin.ts';
import { upload } from './inputs/upload/plugin.ts';
import { installer } from './install/install-plugin.ts';
import { live } from './outputs/live/plugin.ts';
import { mjpeg } from './outputs/mjpeg/plugin.ts';
import { mp4 } from './outputs/mp4/plugin.ts';
import { snapshot } from './outputs/snapshot/plugin.ts';
import type { Plugin } from './plugin/plugin.ts';

/** Every input and every output of a relay, and what it has for the machines beside the cameras. */
export const PLUGINS: readonly Plugin[] = [upload, agent, lpJpeg, mjpeg, mp4, snapshot, live, installer];
