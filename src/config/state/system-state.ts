import type { StateProvider } from './state-provider.js';
import { dateAndTime, element, leaf } from './xml-text.js';

const SYSTEM = 'urn:ietf:params:xml:ns:yang:ietf-system';

/** What uname(2) and the clock say of the machine. */
export interface SystemInfo {
  readonly osName: string;
  readonly osRelease: string;
  readonly osVersion: string;
  readonly machine: string;
  readonly bootMs: number;
  nowMs(): number;
}

/** ietf-system: platform and clock (RFC 7317 §3.6). */
export function systemState(info: SystemInfo): StateProvider {
  return {
    module: 'ietf-system',
    namespace: SYSTEM,
    root: 'system-state',
    xml: async () => element('system-state', [platform(info), clock(info)], SYSTEM),
  };
}

function platform(info: SystemInfo): string {
  return element('platform', [
    leaf('os-name', info.osName),
    leaf('os-release', info.osRelease),
    leaf('os-version', info.osVersion),
    leaf('machine', info.machine),
  ]);
}

function clock(info: SystemInfo): string {
  return element('clock', [
    leaf('current-datetime', dateAndTime(info.nowMs())),
    leaf('boot-datetime', dateAndTime(info.bootMs)),
  ]);
}
