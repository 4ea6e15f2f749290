import { partsOf } from '../../lib/list-parts.js';
import { EchoTransmitter } from '../../net/echo-transmitter.io.js';
import type { FrameTransmitter } from '../../net/frame-transmitter.io.js';
import { openTransmitters } from '../../net/host-transmitters.io.js';
import { InterfaceMonitor } from '../../net/interface-monitor.io.js';
import { KernelForwarding } from '../../net/kernel-forwarding.io.js';
import { LostPackets } from '../../net/lost-packets.io.js';
import { monotonicUs } from '../../net/monotonic-clock.io.js';
import type { Interfaces } from '../../net/interface-table.js';
import { PacketLoop } from '../../net/packet-loop.io.js';
import type { PacketWork } from '../../net/packet-work.js';
import { Receivers, type PortSharing } from '../../net/receivers.io.js';
import { realTimePriority } from '../../net/real-time.io.js';
import { ALONE, steerControl, steerEcho, type Shard } from '../../net/shard-steering.js';
import { SourcePorts } from '../../net/source-ports.js';
import type { Transmitter } from '../../net/transmitter.js';
import { nodeDigest } from '../auth/node-digest.io.js';
import { SESSION_TYPES } from '../types/session-types.js';
import { Engine } from './engine.js';
import type { EngineStatus } from './engine-status.js';
import type { ExternalSessions } from './external-sessions.js';
import { ECHO_LEAST_TTL, ECHO_PORT, RETURNED_TTL } from './session-echoes.js';
import { createRandomSource } from './random-source.io.js';
import type {
  DesiredSession,
  EngineEvent,
  RefusedSession,
  SessionKey,
  SessionReport,
} from './session-model.js';

/** AdminDown is said so many times before the process ends, as a packet may be lost. */
const FAREWELLS = 3;
const FAREWELL_GAP_MS = 20;
/** Sessions that are made or changed before packets and deadlines have their turn again: some milliseconds. */
const SET_AT_A_TIME = 128;

/** Work that goes on beside the engine's own, with the same packets and time. */
export interface HostExtension {
  interfacesChanged(interfaces: Interfaces, nowUs: number): void;
  /** The engine has done something. */
  settle(nowUs: number): void;
  handleTimers(nowUs: number): void;
  /** When `handleTimers` is next to be called; Infinity: only packets and calls can bring work. */
  pollTimeout(): number;
  /** Hands over to the kernel what has been sent. */
  flush(): void;
  /** Packets that found the buffers of its sockets full, so far. */
  lostPackets(): number;
  /** Nothing is heard or sent afterwards. */
  close(): void;
}

/** What an extension uses of the host. */
export interface HostParts {
  readonly sessions: ExternalSessions;
  readonly transmitter: Transmitter;
  readonly receivers: Receivers;
  readonly random: () => number;
  readonly loop: PacketLoop;
}

/** The engine with the sockets, clock and interfaces of this host. */
export class EngineHost {
  readonly parts: HostParts;
  /** Why packets leave by a socket of each session's own, which costs more; null: they leave together. */
  readonly rawObstacle: string | null;
  /** What sends past the routes of the host; null: this host does not let it. */
  readonly frames: FrameTransmitter | null;
  /** Null: no Echo packets travel. */
  readonly #echoes: EchoTransmitter | null;
  readonly #receivers: Receivers;
  readonly #forwarding = new KernelForwarding();
  readonly #lostPackets = new LostPackets(() => this.#receivers.sockets);
  readonly #monitor: InterfaceMonitor;
  readonly #loop: PacketLoop;
  readonly #shard: Shard;
  readonly #engine: Engine;
  readonly #startedMs = Date.now();
  #interfacesKnown: () => void = () => undefined;
  #interfaces: Interfaces | null = null;
  #extension: HostExtension | null = null;

  /**
   * @param onEvent is called for every change of state of a session
   * @param fatal is told of an exception in the work on packets and timers; it should end the process
   * @param shard which of several engines this is, whose sessions are those that `shardOfAddress` says
   * @throws SystemCallError when the host lacks what every engine needs
   */
  constructor(onEvent: (event: EngineEvent) => void, fatal: (error: unknown) => void, shard: Shard = ALONE) {
    const random = createRandomSource();
    const { routed, frames, obstacle } = openTransmitters(new SourcePorts(random), fatal);
    this.rawObstacle = obstacle;
    this.frames = frames;
    const requiredTtls = SESSION_TYPES.map((type) => [type.destinationPort, type.requiredTtl] as const);
    this.#receivers = new Receivers(
      new Map([...requiredTtls, [ECHO_PORT, ECHO_LEAST_TTL]]),
      {
        opened: (receiver) => this.#loop.add(receiver),
        closing: (receiver) => this.#loop.remove(receiver),
      },
      shard.count === 1 ? null : sharePorts(shard),
    );
    this.#shard = shard;
    const heard = this.#receivers.before(routed);
    this.#echoes = this.#createEchoes(heard);
    this.#engine = new Engine({
      transmitter: this.#echoes ?? heard,
      forwards: (interfaceName, family) => this.#forwarding.forwards(interfaceName, family),
      lostPackets: () => this.#lost(),
      random,
      digest: nodeDigest,
      wallClockMs: () => Date.now(),
      onEvent,
      nowUs: monotonicUs(),
      shard,
    });
    this.#loop = new PacketLoop(this.#work(), fatal);
    this.parts = {
      sessions: this.#engine.external,
      transmitter: routed,
      receivers: this.#receivers,
      random,
      loop: this.#loop,
    };
    this.#monitor = new InterfaceMonitor((interfaces) => {
      this.#interfaces = interfaces;
      this.#engine.interfacesChanged(interfaces, monotonicUs());
      this.#extension?.interfacesChanged(interfaces, monotonicUs());
      this.#loop.settle();
      this.#interfacesKnown();
    }, fatal);
  }

  /** Resolves when the interfaces of the host are known, so that sessions find their paths. */
  async start(): Promise<void> {
    const known = new Promise<void>((resolve) => {
      this.#interfacesKnown = resolve;
    });
    if (this.#shard.count > 1) {
      this.#receivers.openAll();
    }
    this.#loop.start();
    this.#monitor.start();
    await known;
  }

  /** From now on this takes part in the work. To be called once. */
  extend(extension: HostExtension): void {
    this.#extension = extension;
    if (this.#interfaces !== null) {
      extension.interfacesChanged(this.#interfaces, monotonicUs());
    }
  }

  /** To be called when an extension has done something by itself. */
  settle(): void {
    this.#extension?.settle(monotonicUs());
    this.#loop.settle();
  }

  keys(): readonly SessionKey[] {
    return this.#engine.keys();
  }

  /**
   * Creates and changes sessions. However many they are, those that run already are not kept waiting, and
   * the answers of peers do not pile up: packets and deadlines are seen to in between.
   */
  set(sessions: readonly DesiredSession[]): readonly RefusedSession[] {
    const refused: RefusedSession[] = [];
    this.#inParts(sessions, (part) => refused.push(...this.#engine.set(part, monotonicUs())));
    return refused;
  }

  /** Sessions are wanted no more; those that go on are not kept waiting either. */
  remove(keys: readonly SessionKey[]): void {
    this.#inParts(keys, (part) => this.#engine.remove(part, monotonicUs()));
  }

  report(key: SessionKey): SessionReport | null {
    return this.#engine.report(key);
  }

  status(): EngineStatus {
    return {
      startedMs: this.#startedMs,
      realTimePriority: realTimePriority(),
      socketDrops: this.#lost(),
      discards: [...this.#engine.discards()].map(([reason, count]) => ({ reason, count })),
    };
  }

  /** Every session says AdminDown; takes some tens of milliseconds. Nothing can be done afterwards. */
  async stop(): Promise<void> {
    this.#engine.shutDown(monotonicUs());
    this.#flush();
    for (let farewell = 1; farewell < FAREWELLS; farewell += 1) {
      await new Promise((resolve) => {
        setTimeout(resolve, FAREWELL_GAP_MS);
      });
      this.#engine.repeatShutDown();
      this.#flush();
    }
    this.#extension?.close();
    this.#monitor.stop();
    this.#loop.stop();
    this.#receivers.close();
    this.frames?.close();
  }

  /** The engine's work and that of its extension, if there is one. */
  #work(): PacketWork {
    const engine = this.#engine;
    return {
      handleRepeated: (datagram, nowUs) => engine.handleRepeated(datagram, nowUs),
      handleDatagram: (datagram, nowUs) => {
        engine.handleDatagram(datagram, nowUs);
        this.#extension?.settle(nowUs);
      },
      handleTimers: (nowUs, receivedUntilUs) => {
        engine.handleTimers(nowUs, receivedUntilUs);
        this.#extension?.handleTimers(nowUs);
      },
      nextDeadlineUs: () => {
        const own = engine.nextDeadlineUs();
        const next = Math.min(own ?? Infinity, this.#extension?.pollTimeout() ?? Infinity);
        return next === Infinity ? null : next;
      },
      flush: () => this.#flush(),
    };
  }

  #inParts<T>(all: readonly T[], work: (part: readonly T[]) => void): void {
    for (const part of partsOf(all, SET_AT_A_TIME)) {
      work(part);
      this.#loop.turn();
    }
  }

  #flush(): void {
    this.#engine.flush();
    this.#extension?.flush();
  }

  #createEchoes(routed: Transmitter): EchoTransmitter | null {
    if (this.frames === null) {
      return null;
    }
    return new EchoTransmitter({
      routed,
      frames: this.frames,
      sources: {
        addSource: (source) => this.#loop.addSource(source),
        removeSource: (source) => this.#loop.removeSource(source),
      },
      handle: (datagram, nowUs) => this.#engine.handleDatagram(datagram, nowUs),
    });
  }

  /** Packets that found the buffers of any socket full. */
  #lost(): number {
    const others = (this.#echoes?.lost() ?? 0) + (this.#extension?.lostPackets() ?? 0);
    return this.#lostPackets.total() + others;
  }
}

/** The kernel takes the program from the first engine's sockets, and none from those that come after. */
function sharePorts({ count, index }: Shard): PortSharing {
  return (family, port) => {
    if (index > 0) {
      return { shared: true };
    }
    const isEcho = port === ECHO_PORT;
    const steering = isEcho ? steerEcho(family, count, RETURNED_TTL) : steerControl(family, count);
    return { shared: true, steering };
  };
}
