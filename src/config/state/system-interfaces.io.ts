import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SystemInterface, SystemInterfaceCounters, SystemInterfaces } from './system-interfaces.js';

const SYSFS = '/sys/class/net';

/**
 * Reads the interfaces of this network namespace from sysfs, which answers from memory. `folder` is
 * another place than /sys/class/net for tests.
 */
export function sysfsInterfaces(folder: string = SYSFS): SystemInterfaces {
  return {
    list: () =>
      names(folder).flatMap((name) => {
        const found = readInterface(folder, name);
        return found === undefined ? [] : [found];
      }),
  };
}

function names(folder: string): readonly string[] {
  try {
    return readdirSync(folder).toSorted();
  } catch {
    // Without sysfs (a bare container) the interfaces cannot be seen; the configured ones are still shown.
    return [];
  }
}

function readInterface(folder: string, name: string): SystemInterface | undefined {
  const read = (file: string): string | undefined => readLine(join(folder, name, file));
  const hardwareType = read('type');
  // bonding_masters and the like are files beside the interfaces; an interface may also just have gone.
  if (hardwareType === undefined) return undefined;
  const megabits = Number(read('speed') ?? -1);
  const address = read('address');
  return {
    name,
    hardwareType: Number(hardwareType),
    operState: read('operstate') ?? 'unknown',
    physAddress: address === undefined || address === '' ? null : address,
    speedBitsPerSecond: megabits > 0 ? megabits * 1_000_000 : null,
    counters: readCounters(read),
  };
}

function readCounters(read: (file: string) => string | undefined): SystemInterfaceCounters {
  const counter = (name: string): string => read(`statistics/${name}`) ?? '0';
  return {
    inOctets: counter('rx_bytes'),
    inMulticastPackets: counter('multicast'),
    inDiscards: counter('rx_dropped'),
    inErrors: counter('rx_errors'),
    outOctets: counter('tx_bytes'),
    outDiscards: counter('tx_dropped'),
    outErrors: counter('tx_errors'),
  };
}

function readLine(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    // Some drivers refuse single files (the speed of a link that is down); the value is then unknown.
    return undefined;
  }
}
