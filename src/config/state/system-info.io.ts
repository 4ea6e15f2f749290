import { machine, release, type, uptime, version } from 'node:os';
import type { SystemInfo } from './system-state.js';

/** The machine that this runs on. */
export function systemInfo(): SystemInfo {
  return {
    osName: type(),
    osRelease: release(),
    osVersion: version(),
    machine: machine(),
    bootMs: Date.now() - Math.round(uptime() * 1000),
    nowMs: () => Date.now(),
  };
}
