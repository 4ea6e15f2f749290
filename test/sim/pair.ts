import { SessionState } from '../../src/bfd/packet/session-state.js';
import type { SessionParameters } from '../../src/bfd/session/parameters.js';
import { PARAMETERS } from '../support/session-parameters.js';
import { seededRandom } from './seeded-random.js';
import { SessionHost } from './session-host.js';
import { perfect, VirtualLink } from './virtual-link.js';
import type { LinkConditions } from './virtual-link.js';
import { VirtualTime } from './virtual-time.js';

export { MS, PARAMETERS, SECOND } from '../support/session-parameters.js';

/** What two joined systems are made from; the same options give the same run. */
export interface PairOptions {
  readonly left?: Partial<SessionParameters>;
  readonly right?: Partial<SessionParameters>;
  readonly conditions?: LinkConditions;
  readonly seed?: number;
}

/** Two systems with a session each, and the link between them. */
export class Pair {
  readonly time = new VirtualTime();
  readonly left: SessionHost;
  right: SessionHost;
  readonly link: VirtualLink;
  readonly #random: () => number;

  constructor({ left, right, conditions = perfect(100), seed = 1 }: PairOptions = {}) {
    const random = seededRandom(seed);
    this.#random = random;
    this.left = new SessionHost(this.time, 0x0a0a, { ...PARAMETERS, ...left }, random);
    this.right = new SessionHost(this.time, 0x0b0b, { ...PARAMETERS, ...right }, random);
    this.link = new VirtualLink(this.time, this.left, this.right, conditions, random);
  }

  get hosts(): readonly [SessionHost, SessionHost] {
    return [this.left, this.right];
  }

  get bothUp(): boolean {
    return this.hosts.every((host) => host.session.localState === SessionState.Up);
  }

  /** All state changes so far. */
  get changes(): number {
    return this.left.changes.length + this.right.changes.length;
  }

  /** The right system stops without a word, and one with another discriminator takes its place. */
  restartRight(localDiscriminator: number): void {
    this.right.stop();
    this.right = new SessionHost(this.time, localDiscriminator, this.right.parameters, this.#random);
    this.link.join(this.left, this.right);
  }

  setConditions(conditions: LinkConditions): void {
    this.link.forward = conditions;
    this.link.backward = conditions;
  }
}
