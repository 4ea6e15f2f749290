import { fileURLToPath } from 'node:url';
import type { LspLab } from '../../tools/lab/lsp-lab.mjs';
import { INGRESS_ADDRESS, INGRESS_IPV6, mac } from '../../tools/lab/topology.mjs';
import { Child } from './child.js';

/** A packet of LSP ping or BFD as scapy has taken it apart. */
export interface SeenPacket {
  readonly interface: string;
  readonly labels: readonly { readonly label: number; readonly trafficClass: number; readonly ttl: number }[];
  readonly source: string;
  readonly destination: string;
  readonly ttl: number;
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly ping?: {
    readonly messageType: number;
    readonly replyMode: number;
    readonly returnCode: number;
    readonly returnSubcode: number;
    readonly sequenceNumber: number;
    readonly discriminator: number | null;
  };
  readonly bfd?: {
    readonly state: string;
    readonly diagnostic: number;
    readonly poll: boolean;
    readonly final: boolean;
    readonly myDiscriminator: number;
    readonly yourDiscriminator: number;
    readonly desiredMinTxIntervalUs: number;
    readonly requiredMinRxIntervalUs: number;
  };
}

/** A line that scapy has told. */
export interface ScapyEvent {
  readonly received?: SeenPacket;
  readonly etherType?: number;
  readonly sourceMac?: string;
  /** The name of the session that has changed, with what it is now. */
  readonly session?: string;
  readonly state?: string;
  readonly diagnostic?: number;
  readonly yourDiscriminator?: number;
}

/** scapy in a namespace, as what one of the programs scapy-wire.py, scapy-egress.py and scapy-ingress.py plays. */
export class ScapyNode {
  readonly #child: Child;

  private constructor(child: Child) {
    this.#child = child;
  }

  /** Starts it; resolves when it listens. */
  static async start(
    namespace: string,
    role: 'wire' | 'egress' | 'ingress',
    options: Readonly<Record<string, unknown>> = {},
  ): Promise<ScapyNode> {
    const program = fileURLToPath(new URL(`scapy-${role}.py`, import.meta.url));
    const args = ['netns', 'exec', namespace, '/usr/bin/python3', program, JSON.stringify(options)];
    const child = new Child('ip', args, { env: { PYTHONDONTWRITEBYTECODE: '1' } });
    await child.line(/"ready"/);
    return new ScapyNode(child);
  }

  /** All that it has told. */
  get events(): readonly ScapyEvent[] {
    return this.#child.stdout.slice(1).map((line) => JSON.parse(line));
  }

  /** The packets that it has received, in order. */
  get packets(): readonly SeenPacket[] {
    return this.events.flatMap(({ received }) => (received === undefined ? [] : [received]));
  }

  command(command: Readonly<Record<string, unknown>>): void {
    this.#child.write(`${JSON.stringify(command)}\n`);
  }

  /** The first event from the number `from` on that is as wanted, now or within the time. */
  async event(
    wanted: (event: ScapyEvent) => boolean,
    what: string,
    { from = 0, timeoutMs = 10_000 }: { readonly from?: number; readonly timeoutMs?: number } = {},
  ): Promise<ScapyEvent> {
    return this.#child.wait(() => this.events.slice(from).find(wanted), what, timeoutMs);
  }

  /** Resolves when its session is in this state, from the event number `from` on. */
  async state(state: string, from = 0): Promise<ScapyEvent> {
    return this.event((event) => event.state === state, `session that is ${state}`, { from });
  }

  async stop(): Promise<void> {
    await this.#child.stop();
  }
}

/** Options of an egress that is all hosts that the tunnels of the lab lead to. */
export function egressOptions(lab: LspLab): Readonly<Record<string, unknown>> {
  return { fecs: lab.tunnels.map(({ address }) => address), discriminator: 0x2001 };
}

/** Options of an ingress of the primary LSP of a tunnel of the lab. */
export function ingressOptions(lab: LspLab, index = 0): Readonly<Record<string, unknown>> {
  const tunnel = lab.tunnels[index];
  if (tunnel === undefined) throw new Error(`the lab has no tunnel ${index}`);
  return {
    fec: tunnel.address,
    source: tunnel.address.includes(':') ? INGRESS_IPV6 : INGRESS_ADDRESS,
    labels: tunnel.primary.labels,
    interface: tunnel.primary.interface,
    mac: mac('asbr1', 'csg'),
    discriminator: 0x4001,
  };
}
