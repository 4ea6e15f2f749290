import { readFileSync } from 'node:fs';
import type { AddressFamily } from './host-address.js';
import { monotonicUs } from './monotonic-clock.io.js';

/** The kernel is asked again after this time, in which hardly an Echo function fails: it takes 20 µs. */
const VALID_US = 20_000;
const FOLDERS = { ipv4: '/proc/sys/net/ipv4/conf', ipv6: '/proc/sys/net/ipv6/conf' } as const;

/** Knows on which interfaces the kernel forwards packets of others. */
export class KernelForwarding {
  readonly #known = new Map<string, { readonly forwards: boolean; readonly untilUs: number }>();

  /** Whether it does with packets that come in by the interface; it may have changed just now. */
  forwards(interfaceName: string, family: AddressFamily): boolean {
    const name = `${family} ${interfaceName}`;
    const known = this.#known.get(name);
    const nowUs = monotonicUs();
    if (known !== undefined && nowUs < known.untilUs) {
      return known.forwards;
    }
    const forwards = read(`${FOLDERS[family]}/${interfaceName}/forwarding`) === '1';
    this.#known.set(name, { forwards, untilUs: nowUs + VALID_US });
    return forwards;
  }
}

/** Nothing where there is no such interface any more, or a family is absent: nothing is forwarded then. */
function read(path: string): string {
  try {
    return readFileSync(path, 'latin1').trim();
  } catch {
    return '';
  }
}
