import { describe, expect, test } from 'vitest';
import type { EngineSession } from '../../../src/bfd/engine/engine-session.js';
import type { ExternalSession } from '../../../src/bfd/engine/external-way.js';
import { createControlPacket, encodeControlPacket } from '../../../src/bfd/packet/control-packet.js';
import { SessionState } from '../../../src/bfd/packet/session-state.js';
import { ipSh } from '../../../src/bfd/types/ip-sh.js';
import { addressOf, repeatableRandom, VirtualLink } from './virtual-hosts.js';

const DESIRED: ExternalSession = {
  type: 'external',
  key: 'external/1',
  role: 'passive',
  source: '10.0.0.1',
  destination: '10.0.0.9',
  detectMult: 3,
  desiredMinTxIntervalUs: 50_000,
  requiredMinRxIntervalUs: 50_000,
  adminDown: false,
  demand: false,
  authentication: null,
};
const PEER_DISCRIMINATOR = 4711;
const SECOND = 1_000_000;

class OneExternalSession {
  readonly link = new VirtualLink(repeatableRandom(7));
  readonly sent: { readonly atUs: number; readonly state: number; readonly yourDiscriminator: number }[] = [];
  readonly asked: string[] = [];
  admit = true;
  readonly entry: EngineSession;

  constructor() {
    const { engine } = this.link.left;
    const send = (bytes: Uint8Array): void => {
      const view = new DataView(bytes.buffer, bytes.byteOffset);
      const packet = { state: view.getUint8(1) >> 6, yourDiscriminator: view.getUint32(8) };
      this.sent.push({ atUs: this.link.nowUs, ...packet });
    };
    const channel = { sourcePort: 50_000, failedSends: 0, setTtl: () => undefined, close: () => undefined };
    const endpoints = {
      type: ipSh,
      interfaceName: null,
      source: addressOf('10.0.0.1'),
      destination: addressOf('10.0.0.9'),
    };
    const way = {
      channel: { ...channel, send },
      admits: (_packet: unknown, source: Uint8Array, port: number, onPath: boolean) => {
        this.asked.push(`${source.join('.')} ${port} ${onPath}`);
        return this.admit ? ('hand-over' as const) : ('refused' as const);
      },
    };
    const discriminator = engine.external.takeDiscriminator();
    this.entry = engine.external.create(DESIRED, endpoints, way, discriminator, this.link.nowUs);
  }

  learn(): void {
    const command = { type: 'learn', discriminator: PEER_DISCRIMINATOR } as const;
    this.link.left.engine.external.command(this.entry, command, this.link.nowUs);
  }

  receive(state: SessionState, yourDiscriminator = this.entry.session.localDiscriminator): string | null {
    const bytes = new Uint8Array(40);
    const packet = { ...createControlPacket(), state, detectMult: 3, myDiscriminator: PEER_DISCRIMINATOR };
    const intervals = { desiredMinTxIntervalUs: 50_000, requiredMinRxIntervalUs: 50_000 };
    encodeControlPacket({ ...packet, ...intervals, yourDiscriminator }, bytes, 8);
    const source = Uint8Array.of(10, 0, 0, 9);
    return this.link.left.engine.external.handlePacket(bytes, 8, 24, source, 3784, this.link.nowUs);
  }
}

describe('a session whose way its maker provides', () => {
  test('is silent until it learns the discriminator of its peer, and speaks with it for a Detection Time', () => {
    const one = new OneExternalSession();
    one.link.run(5 * SECOND);
    expect(one.sent).toEqual([]);

    one.learn();
    expect(one.sent).toMatchObject([{ state: SessionState.Down, yourDiscriminator: PEER_DISCRIMINATOR }]);
    one.link.run(10 * SECOND);
    expect(one.sent.length).toBeGreaterThanOrEqual(3);
    expect(one.sent.length).toBeLessThanOrEqual(4);
    expect(new Set(one.sent.map(({ yourDiscriminator }) => yourDiscriminator))).toEqual(
      new Set([PEER_DISCRIMINATOR]),
    );

    one.learn();
    expect(one.sent.at(-1)).toEqual({
      atUs: one.link.nowUs,
      state: SessionState.Down,
      yourDiscriminator: PEER_DISCRIMINATOR,
    });
  });

  test('comes Up by packets that its way admits, and is told of as all sessions are', () => {
    const one = new OneExternalSession();
    one.learn();
    expect(one.receive(SessionState.Init)).toBeNull();
    expect(one.entry.session.localState).toBe(SessionState.Up);
    expect(one.asked).toEqual(['10.0.0.9 3784 true']);
    const { engine, events } = one.link.left;
    expect(events).toMatchObject([{ key: 'external/1', from: 'down', to: 'up' }]);
    expect(engine.report('external/1')).toMatchObject({ localState: 'up', receivedPackets: 1 });
    expect(engine.keys()).toEqual([]);
  });

  test('does not see what its way turns away, nor packets for nobody', () => {
    const one = new OneExternalSession();
    one.admit = false;
    expect(one.receive(SessionState.Init)).toBeNull();
    expect(one.receive(SessionState.Down, 0)).toBe('zero-your-discriminator');
    expect(one.receive(SessionState.Down, one.entry.session.localDiscriminator + 1)).toBe('no-session');
    expect(one.entry.session.localState).toBe(SessionState.Down);
    expect(one.entry.report()).toMatchObject({ receivedPackets: 1, invalidPackets: 1 });
  });

  test('stays when the interfaces of the host are others', () => {
    const one = new OneExternalSession();
    one.learn();
    one.receive(SessionState.Init);
    one.link.left.setLink(false);
    expect(one.entry.session.localState).toBe(SessionState.Up);
  });
});
