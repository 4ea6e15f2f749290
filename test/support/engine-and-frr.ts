import type {
  DesiredIpMhSession,
  DesiredIpShSession,
  DesiredSession,
  SessionReport,
} from '../../src/link/messages.js';
import { ipMhSession, ipShSession } from './desired-sessions.js';
import { TestEngine } from './engine.js';
import { Frr, type FrrPeer } from './frr.js';
import { type AddressFamily, LinkAddresses, type LinkEnds } from './link-ends.js';
import { NamespacePair } from './netns.js';

/** Single hop (RFC 5881) or multihop (RFC 5883). */
export type Hops = 'single hop' | 'multihop';

/** Every path that a session between the engine and FRR can have. */
export const PATHS = [
  ['single hop', 'IPv4'],
  ['single hop', 'IPv6'],
  ['multihop', 'IPv4'],
  ['multihop', 'IPv6'],
] as const satisfies readonly (readonly [Hops, AddressFamily])[];

/** The engine on the left of a link and FRR on the right: started once, for many sessions between them. */
export class EngineAndFrr {
  readonly pair: NamespacePair;
  readonly engine: TestEngine;
  readonly frr: Frr;
  readonly addresses: LinkAddresses;

  private constructor(pair: NamespacePair, engine: TestEngine, frr: Frr) {
    this.pair = pair;
    this.engine = engine;
    this.frr = frr;
    this.addresses = new LinkAddresses(pair);
  }

  static async start(): Promise<EngineAndFrr> {
    const pair = await NamespacePair.create();
    const engine = await TestEngine.start(pair.left);
    const frr = await Frr.start(pair.right, 'bfd\nexit', { realTime: true });
    return new EngineAndFrr(pair, engine, frr);
  }

  /** A session between new addresses, as yet on neither end. */
  async session(hops: Hops, family: AddressFamily): Promise<FrrSession> {
    return new FrrSession(this, hops, await this.addresses.add(family));
  }

  async stop(): Promise<void> {
    await this.engine.stop();
    await this.frr.stop();
    await this.pair.dispose();
  }
}

/** What a test changes of the engine's end. */
type Change = Partial<Omit<DesiredIpShSession, 'type' | 'key' | 'interface' | 'source' | 'destination'>> &
  Partial<Pick<DesiredIpMhSession, 'transmitTtl' | 'requiredTtl'>>;

/** One session between the engine and FRR, with both its ends. */
export class FrrSession {
  readonly ends: LinkEnds;
  readonly #both: EngineAndFrr;
  readonly #hops: Hops;
  readonly #interfaceName: string;

  constructor(both: EngineAndFrr, hops: Hops, ends: LinkEnds, interfaceName = 'eth0') {
    this.#both = both;
    this.#hops = hops;
    this.ends = ends;
    this.#interfaceName = interfaceName;
  }

  /** The engine's end: 100 ms × 3 where nothing else is said. */
  desired(change: Change = {}): DesiredSession {
    const { own, peer } = this.ends;
    const timers = { desiredMinTxIntervalUs: 100_000, requiredMinRxIntervalUs: 100_000 };
    return this.#hops === 'multihop'
      ? ipMhSession(own, peer, { ...timers, ...change })
      : ipShSession(peer, { ...timers, interface: this.#interfaceName, source: own, ...change });
  }

  /** Makes or changes the engine's end. */
  async set(change: Change = {}): Promise<void> {
    await this.#both.engine.set(this.desired(change));
  }

  /** Makes or changes FRR's end: lines of its peer, as of its configuration. */
  async configure(...lines: readonly string[]): Promise<void> {
    await this.#both.frr.vtysh('configure terminal', 'bfd', this.#peerLine(), ...lines);
  }

  /** Both ends with 100 ms × 3, until both are Up. */
  async bringUp(change: Change = {}, ...lines: readonly string[]): Promise<void> {
    await this.configure('receive-interval 100', 'transmit-interval 100', ...lines);
    await this.set(change);
    await this.up();
  }

  async up(): Promise<void> {
    await this.until(({ localState, remoteState }) => localState === 'up' && remoteState === 'up');
    await this.frrUntil(({ status }) => status === 'up');
  }

  async report(): Promise<SessionReport> {
    return this.#both.engine.report(this.desired().key);
  }

  /** The engine's report as soon as it is as wanted. */
  async until(wanted: (report: SessionReport) => boolean): Promise<SessionReport> {
    return this.#both.engine.until(this.desired().key, wanted, 20_000);
  }

  /** FRR's view as soon as it is as wanted. */
  async frrUntil(wanted: (peer: FrrPeer) => boolean): Promise<FrrPeer> {
    return this.#both.frr.until(this.ends.own, wanted, 20_000);
  }

  async frrPeer(): Promise<FrrPeer> {
    return this.frrUntil(() => true);
  }

  /** How often FRR has seen the session come Up and go down. */
  async frrFlaps(): Promise<{ readonly ups: number; readonly downs: number }> {
    const counters = await this.#both.frr.counters(this.ends.own);
    return { ups: counters['session-up'], downs: counters['session-down'] };
  }

  #peerLine(): string {
    const { own, peer } = this.ends;
    return this.#hops === 'multihop'
      ? `peer ${own} multihop local-address ${peer}`
      : `peer ${own} local-address ${peer} interface ${this.#interfaceName}`;
  }
}
