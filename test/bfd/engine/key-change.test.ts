import { beforeEach, describe, expect, test } from 'vitest';
import type { AuthenticationKey, DesiredIpShSession } from '../../../src/bfd/engine/session-model.js';
import { repeatableRandom, VirtualLink, virtualSession } from './virtual-hosts.js';

const SECOND = 1_000_000;

/** Accepted two seconds longer, on both ends, than it is sent with. */
function key(keyId: number, fromMs: number | null, untilMs: number | null): AuthenticationKey {
  return {
    keyId,
    algorithm: 'sha1',
    secretHex: `0${keyId}`.repeat(4),
    sendFromMs: fromMs,
    sendUntilMs: untilMs,
    acceptFromMs: fromMs === null ? null : fromMs - 2000,
    acceptUntilMs: untilMs === null ? null : untilMs + 2000,
  };
}

function session(destination: string, keys: readonly AuthenticationKey[]): DesiredIpShSession {
  return virtualSession(destination, { authentication: { meticulous: true, keys } });
}

describe('keys of a session', () => {
  let link: VirtualLink;

  beforeEach(() => {
    link = new VirtualLink(repeatableRandom(13));
  });

  function run(keys: readonly AuthenticationKey[], durationUs: number): void {
    link.left.engine.set([session('10.0.0.2', keys)], link.nowUs);
    link.right.engine.set([session('10.0.0.1', keys)], link.nowUs);
    link.run(durationUs);
  }

  /** The Auth Key ID of the last packet, RFC 5880 §4.4. */
  function keyInUse(): number | undefined {
    return link.packets.findLast(({ from }) => from === link.left)?.bytes[26];
  }

  test('change at their time, without a flap', () => {
    const at = link.nowUs / 1000 + 30_000;
    run([key(1, null, at), key(2, at, null)], 10 * SECOND);
    expect(keyInUse()).toBe(1);

    link.run(40 * SECOND);

    expect(keyInUse()).toBe(2);
    for (const host of [link.left, link.right]) {
      expect(host.events.filter(({ from }) => from === 'up')).toEqual([]);
    }
  });

  test('that have all ended let nothing be sent: the session is Down, and says why', () => {
    run([key(1, null, link.nowUs / 1000 + 8000)], 6 * SECOND);
    expect(link.left.report('ip-sh/eth0/10.0.0.2').localState).toBe('up');

    link.run(4 * SECOND);
    const sent = link.packets.length;
    link.run(5 * SECOND);

    expect(link.left.report('ip-sh/eth0/10.0.0.2')).toMatchObject({
      localState: 'down',
      obstacle: 'its key chain has no key that may be sent with now',
    });
    expect(link.packets.length).toBe(sent);
  });

  test('that change while a session that is wanted no more says so make no work', () => {
    run([key(1, null, link.nowUs / 1000 + 6500), key(2, null, null)], 6 * SECOND);
    link.left.engine.set(
      [
        {
          ...session('10.0.0.2', [key(1, null, link.nowUs / 1000 + 500), key(2, null, null)]),
          detectMult: 50,
        },
      ],
      link.nowUs,
    );
    link.run(SECOND / 10);
    link.left.engine.remove(['ip-sh/eth0/10.0.0.2'], link.nowUs);

    link.run(3 * SECOND);

    const nextUs = link.left.engine.nextDeadlineUs() ?? Infinity;
    expect(nextUs - link.nowUs).toBeGreaterThan(SECOND / 100);
  });

  test('that begin later bring the session Up when they do', () => {
    run([key(1, link.nowUs / 1000 + 12_000, null)], 11 * SECOND);
    expect(link.packets).toEqual([]);

    link.run(6 * SECOND);

    expect(link.left.report('ip-sh/eth0/10.0.0.2')).toMatchObject({ localState: 'up', obstacle: null });
  });
});
