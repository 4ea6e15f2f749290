/** The range that RFC 5881 §4 prescribes for source ports. */
export const FIRST_SOURCE_PORT = 49152;
export const LAST_SOURCE_PORT = 65535;

const COUNT = LAST_SOURCE_PORT - FIRST_SOURCE_PORT + 1;

/**
 * Hands out source ports. Each goes to one session at a time as long as there are as many; beyond that
 * the number of sessions that share one is kept as small as it can be (RFC 5881 §4).
 */
export class SourcePorts {
  /** The ports that so many sessions have, in no order. */
  readonly #byUses: number[][] = [Array.from({ length: COUNT }, (_, index) => FIRST_SOURCE_PORT + index)];
  readonly #uses = new Uint16Array(COUNT);
  /** Where a port is in its list. */
  readonly #place = Uint16Array.from({ length: COUNT }, (_, index) => index);
  readonly #random: () => number;

  /** @param random answers a random integer from 0 to 2^32 - 1, by which a port is picked */
  constructor(random: () => number) {
    this.#random = random;
  }

  /** One of the ports that the fewest sessions have. */
  take(): number {
    const fewest = this.#byUses.find((ports) => ports.length > 0) ?? [];
    const port = fewest[this.#random() % fewest.length] ?? FIRST_SOURCE_PORT;
    this.#move(port, 1);
    return port;
  }

  /** A session that had taken the port has it no longer. */
  release(port: number): void {
    this.#move(port, -1);
  }

  #move(port: number, step: 1 | -1): void {
    const index = port - FIRST_SOURCE_PORT;
    const uses = this.#uses[index] ?? 0;
    const from = this.#list(uses);
    const place = this.#place[index] ?? 0;
    const last = from.pop();
    if (last !== undefined && last !== port) {
      from[place] = last;
      this.#place[last - FIRST_SOURCE_PORT] = place;
    }
    const to = this.#list(uses + step);
    this.#uses[index] = uses + step;
    this.#place[index] = to.push(port) - 1;
  }

  #list(uses: number): number[] {
    const list = this.#byUses[uses] ?? [];
    this.#byUses[uses] = list;
    return list;
  }
}
