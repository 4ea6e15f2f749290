import { err, type Result } from '../../lib/result.js';
import type { LspChannel, LspTransmitter } from '../../net/lsp-transmitter.js';
import type { HeldNextHop, NextHop } from '../../net/next-hop.js';
import type { TransmitRefusal } from '../../net/transmitter.js';

/** Stands for the transmitter of a host that lets nothing leave on LSPs: no next hop is usable. */
export class NoLspTransmitter implements LspTransmitter {
  onUsableChange: (hop: NextHop) => void = () => undefined;
  readonly #obstacle: string;

  /** @param obstacle why, for the operator to read */
  constructor(obstacle: string) {
    this.#obstacle = obstacle;
  }

  hold(hop: NextHop): HeldNextHop {
    return { hop, usable: false, obstacle: this.#obstacle, release: () => undefined };
  }

  open(): Result<LspChannel, TransmitRefusal> {
    return err({ type: 'path', reason: this.#obstacle });
  }

  sendSingle(): boolean {
    return false;
  }

  flush(): void {
    // Nothing waits.
  }
}
