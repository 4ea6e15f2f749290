import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Agent } from '../support/agent.js';
import { BfdCapture, type DecodedPacket } from '../support/bfd-capture.js';
import { Bird } from '../support/bird.js';
import { ipShSessionOf, type SessionData } from '../support/session-data.js';
import { config, ethernet, ipShSessions, namespaces, timers } from '../support/config-xml.js';
import { Frr } from '../support/frr.js';
import { Ncclient } from '../support/ncclient.js';
import { type Namespace, NamespacePair } from '../support/netns.js';
import { waitFor } from '../support/wait-for.js';

const ours = '192.0.2.1';
const theirs = '192.0.2.2';
const state = { down: 1, init: 2, up: 3 } as const;

/** What the tests need of FRR and BIRD alike. Its timers: 100 ms both ways, three times. */
interface Peer {
  stop(): Promise<void>;
  /** Resolves when the peer itself sees the session Up. */
  up(): Promise<unknown>;
  /** Resolves when the peer does not see it Up any more. */
  notUp(): Promise<unknown>;
}

async function startFrr(namespace: Namespace, passive: boolean): Promise<Peer> {
  const frr = await Frr.start(
    namespace,
    `bfd
 peer ${ours} local-address ${theirs} interface eth0
  receive-interval 100
  transmit-interval 100
  ${passive ? 'passive-mode' : 'no passive-mode'}
 exit
exit`,
  );
  return {
    stop: () => frr.stop(),
    up: () => frr.until(ours, ({ status }) => status === 'up'),
    notUp: () =>
      frr.until(
        ours,
        (peer) => peer.status === 'down' && peer['remote-diagnostic'] === 'administratively down',
      ),
  };
}

async function startBird(namespace: Namespace): Promise<Peer> {
  const bird = await Bird.start(
    namespace,
    `protocol bfd {
  interface "eth0" { min rx interval 100 ms; min tx interval 100 ms; multiplier 3; };
  neighbor ${ours} dev "eth0" local ${theirs};
}`,
  );
  return {
    stop: () => bird.stop(),
    up: () => bird.until(ours, (session) => session.state === 'Up'),
    notUp: () => bird.until(ours, (session) => session.state === 'Down'),
  };
}

const peers = [
  { name: 'FRR', start: (namespace: Namespace) => startFrr(namespace, false) },
  { name: 'FRR in the passive role', start: (namespace: Namespace) => startFrr(namespace, true) },
  { name: 'BIRD', start: startBird },
];

describe.each(peers)('a session that ncclient commits, with $name', ({ start }) => {
  let pair: NamespacePair;
  let agent: Agent;
  let client: Ncclient;
  let peer: Peer;

  beforeEach(async () => {
    pair = await NamespacePair.create();
    agent = await Agent.start({ namespace: pair.left.name });
    client = new Ncclient(pair.left.name);
    await client.call('connect', agent.login);
  });

  afterEach(async () => {
    await client.close();
    await agent.dispose();
    await peer.stop();
    await pair.dispose();
  });

  it('comes Up, and ends cleanly at the peer when it is deleted', async () => {
    const capture = await BfdCapture.start(pair.right.name, 'eth0');
    await createSession();
    peer = await start(pair.right);
    await peer.up();
    await waitFor(async () => {
      const running = (await sessionOf())?.['session-running'];
      return running?.['remote-state'] === 'up' && running['negotiated-tx-interval'] === '100000'
        ? true
        : undefined;
    }, 'session that is Up with the intervals that were asked for');
    expect(await sessionOf()).toMatchObject({
      'remote-multiplier': '3',
      'session-running': { 'local-state': 'up', 'local-diagnostic': 'none', 'detection-time': '300000' },
      'session-statistics': { 'down-count': '0', 'receive-invalid-packet-count': '0' },
    });

    await deleteSession();
    await peer.notUp();
    expect(await sessionOf()).toBeUndefined();
    expectHandshake(await capture.stop());
  });

  async function createSession(): Promise<void> {
    await client.call('lock', { target: 'candidate' });
    await client.call('edit-config', {
      config: config(
        ethernet('eth0'),
        ipShSessions({
          interface: 'eth0',
          destination: theirs,
          leaves: `<source-addr>${ours}</source-addr>${timers(100_000)}`,
        }),
      ),
    });
    await client.call('validate');
    await client.call('commit');
    await client.call('unlock', { target: 'candidate' });
  }

  async function deleteSession(): Promise<void> {
    await client.call('edit-config', {
      config: config(
        ipShSessions({ interface: 'eth0', destination: theirs, attributes: ' nc:operation="delete"' }),
      ),
    });
    await client.call('commit');
  }

  async function sessionOf(): Promise<SessionData | undefined> {
    return ipShSessionOf(await client.text('get', filter));
  }
});

const filter = {
  xpath: `/rt:routing//bfd-ip-sh:session[bfd-ip-sh:dest-addr='${theirs}']`,
  namespaces: { rt: namespaces.rt, 'bfd-ip-sh': namespaces['bfd-ip-sh'] },
};

/** The three-way handshake of RFC 5880 §6.2 and what follows it, as tshark saw it. */
function expectHandshake(packets: readonly DecodedPacket[]): void {
  expect(new Set(packets.map(({ ttl }) => ttl))).toEqual(new Set([255]));
  const sent = packets.filter(({ source }) => source === ours);
  const received = packets.filter(({ source }) => source === theirs);

  // It begins Down and slow, without knowing the peer's discriminator.
  expect(sent[0]).toMatchObject({
    state: state.down,
    yourDiscriminator: 0,
    desiredMinTxIntervalUs: 1_000_000,
  });
  // One side goes through Init, or both do; each says so with the other's discriminator.
  const inits = packets.filter((packet) => packet.state === state.init);
  expect(inits.length).toBeGreaterThan(0);
  for (const { yourDiscriminator } of inits) expect(yourDiscriminator).not.toBe(0);
  // Both end Up, with the intervals that were configured and each other's discriminators.
  const lastUp = (all: readonly DecodedPacket[]) => all.findLast((packet) => packet.state === state.up);
  expect(lastUp(sent)).toMatchObject({
    desiredMinTxIntervalUs: 100_000,
    requiredMinRxIntervalUs: 100_000,
    detectMult: 3,
    yourDiscriminator: received[0]?.myDiscriminator,
  });
  expect(lastUp(received)).toMatchObject({ yourDiscriminator: sent[0]?.myDiscriminator });
  // The faster intervals are agreed by a poll sequence.
  expect(sent.some(({ poll }) => poll)).toBe(true);
  expect(received.some(({ final }) => final)).toBe(true);
  // The states of our side only ever moved on: Down, (Init,) Up; the deletion is told as AdminDown.
  const states = sent.map((packet) => packet.state).filter((value, i, all) => value !== all[i - 1]);
  expect([
    [1, 2, 3, 0],
    [1, 3, 0],
  ]).toContainEqual(states);
  expect(sent.at(-1)).toMatchObject({ state: 0, diagnostic: 7 });
}
