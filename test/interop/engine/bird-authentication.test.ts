import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { AuthenticationKey, DesiredAuthentication, DesiredSession } from '../../../src/link/messages.js';
import { Bird } from '../../support/bird.js';
import { ipMhSession, ipShSession } from '../../support/desired-sessions.js';
import { TestEngine } from '../../support/engine.js';
import { LinkAddresses, type LinkEnds } from '../../support/link-ends.js';
import { NamespacePair } from '../../support/netns.js';

/** BIRD's word, our algorithm, whether it is meticulous, and the Auth Type of RFC 5880 §4.1. */
const TYPES = [
  ['simple', 'simple-password', false, 1],
  ['keyed md5', 'md5', false, 2],
  ['meticulous keyed md5', 'md5', true, 3],
  ['keyed sha1', 'sha1', false, 4],
  ['meticulous keyed sha1', 'sha1', true, 5],
] as const;

const ALL_UP = ['Up', 'Up', 'Up', 'Up'];
const SECRET = 'a secret word';
const NEW_SECRET = 'another word';

let pair: NamespacePair;
let engine: TestEngine;
let bird: Bird;
let ipv4: LinkEnds;
let ipv6: LinkEnds;

beforeAll(async () => {
  pair = await NamespacePair.create();
  const addresses = new LinkAddresses(pair);
  ipv4 = await addresses.add('IPv4');
  ipv6 = await addresses.add('IPv6');
  engine = await TestEngine.start(pair.left);
  bird = await Bird.start(pair.right, '', { realTime: true });
});

afterEach(async () => {
  await engine.remove(...desired(null).map(({ key }) => key));
  await bird.configure('');
});

afterAll(async () => {
  await engine.stop();
  await bird.stop();
  await pair.dispose();
});

describe.each(TYPES)('BIRD with authentication %s', (birdType, algorithm, meticulous, authType) => {
  test('sessions come Up with the right key, and stay Down with any other and without one', async () => {
    await bird.configure(birdConfig(birdType, [`"${SECRET}" { id 5; }`]));
    // The same word under another identifier, and another word under the same one.
    for (const wrong of [alwaysKey(algorithm, 6, SECRET), alwaysKey(algorithm, 5, NEW_SECRET), null]) {
      await engine.set(...desired(wrong && { meticulous, keys: [wrong] }));
      await staysDown();
    }

    await engine.set(...desired({ meticulous, keys: [alwaysKey(algorithm, 5, SECRET)] }));
    await allUp(authType);
    expect((await bird.sessions()).map(({ state }) => state)).toEqual(ALL_UP);
  });

  test('the key changes on both ends, and no session goes down', async () => {
    await bird.configure(birdConfig(birdType, [`"${SECRET}" { id 5; }`]));
    const old = alwaysKey(algorithm, 5, SECRET);
    const young = alwaysKey(algorithm, 9, NEW_SECRET);
    await engine.set(...desired({ meticulous, keys: [old] }));
    await allUp(authType);

    // BIRD sends with the first of its keys that is valid, and accepts any.
    const acceptedAlone = { ...young, sendFromMs: Date.now() + 3_600_000 };
    await engine.set(...desired({ meticulous, keys: [old, acceptedAlone] }));
    await bird.configure(birdConfig(birdType, [`"${NEW_SECRET}" { id 9; }`, `"${SECRET}" { id 5; }`]));
    await packetsPass();
    await engine.set(...desired({ meticulous, keys: [young] }));
    await packetsPass();
    await bird.configure(birdConfig(birdType, [`"${NEW_SECRET}" { id 9; }`]));
    await packetsPass();

    for (const session of desired(null)) {
      expect(await engine.report(session.key)).toMatchObject({
        localState: 'up',
        upCount: 1,
        downCount: 0,
        remoteAuthType: authType,
      });
    }
    expect((await bird.sessions()).map(({ state }) => state)).toEqual(ALL_UP);
  });
});

test('BIRD changes its key alone: the sessions go down on both ends, and come back with it', async () => {
  await bird.configure(birdConfig('meticulous keyed sha1', [`"${SECRET}" { id 5; }`]));
  await engine.set(...desired({ meticulous: true, keys: [alwaysKey('sha1', 5, SECRET)] }));
  await allUp(5);

  await bird.configure(birdConfig('meticulous keyed sha1', [`"${NEW_SECRET}" { id 5; }`]));
  for (const session of desired(null)) {
    const report = await engine.until(session.key, ({ localState }) => localState === 'down');
    // Whichever end's detection time ends first; its word cannot be heard by the other.
    expect(report).toMatchObject({ localDiagnostic: 1, downCount: 1 });
  }
  await staysDown();

  await engine.set(...desired({ meticulous: true, keys: [alwaysKey('sha1', 5, NEW_SECRET)] }));
  await allUp(5);
});

/** Single hop and multihop over both families: 100 ms × 3. */
function desired(authentication: DesiredAuthentication | null): readonly DesiredSession[] {
  const change = {
    desiredMinTxIntervalUs: 100_000,
    requiredMinRxIntervalUs: 100_000,
    authentication,
  };
  return [
    ipShSession(ipv4.peer, { ...change, source: ipv4.own }),
    ipShSession(ipv6.peer, { ...change, source: ipv6.own }),
    ipMhSession(ipv4.own, ipv4.peer, change),
    ipMhSession(ipv6.own, ipv6.peer, change),
  ];
}

/** @param passwords each with its options, the one to send with first */
function birdConfig(birdType: string, passwords: readonly string[]): string {
  const keys = passwords.map((password) => `password ${password};`).join(' ');
  const options = `interval 100 ms; multiplier 3; authentication ${birdType}; ${keys}`;
  return `protocol bfd {
  interface "eth0" { ${options} };
  multihop { ${options} };
  neighbor ${ipv4.own} dev "eth0" local ${ipv4.peer};
  neighbor ${ipv6.own} dev "eth0" local ${ipv6.peer};
  neighbor ${ipv4.own} local ${ipv4.peer} multihop on;
  neighbor ${ipv6.own} local ${ipv6.peer} multihop on;
}`;
}

function alwaysKey(
  algorithm: AuthenticationKey['algorithm'],
  keyId: number,
  secret: string,
): AuthenticationKey {
  const always = { sendFromMs: null, sendUntilMs: null, acceptFromMs: null, acceptUntilMs: null };
  return { keyId, algorithm, secretHex: Buffer.from(secret).toString('hex'), ...always };
}

async function allUp(authType: number): Promise<void> {
  for (const session of desired(null)) {
    await engine.until(
      session.key,
      ({ localState, remoteState, remoteAuthType }) =>
        localState === 'up' && remoteState === 'up' && remoteAuthType === authType,
    );
  }
  await bird.untilAll(4, ({ state }) => state === 'Up');
}

/** BIRD calls once a second: each session has refused a packet of it, and nobody is nearer to Up. */
async function staysDown(): Promise<void> {
  await ofEach(async ({ key: name }) => {
    const before = await engine.report(name);
    const report = await engine.until(name, (now) => now.invalidPackets > before.invalidPackets);
    expect(report).toMatchObject({ localState: 'down', remoteDiscriminator: null });
  });
  expect(new Set((await bird.sessions()).map(({ state }) => state))).toEqual(new Set(['Down']));
}

/** More than a detection time passes. */
async function packetsPass(): Promise<void> {
  await ofEach(async ({ key: name }) => {
    const before = await engine.report(name);
    await engine.until(
      name,
      (now) => now.receivedPackets > before.receivedPackets + 5 && now.sentPackets > before.sentPackets + 5,
    );
  });
}

async function ofEach(check: (session: DesiredSession) => Promise<void>): Promise<void> {
  await Promise.all(desired(null).map(check));
}
