/** What sessions of BGP tunnels live through, and how they end. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  bfd,
  gone,
  ingress,
  NAMESPACES,
  noTunnels,
  staticTunnels,
  timers,
} from '../../../tools/lab/configuration.mjs';
import type { Leaves, LspState } from '../../../tools/lab/lsp-state.mjs';
import { LspCapture } from '../../support/lsp-capture.js';
import { INTERVAL_US, LspStage } from '../../support/lsp-stage.js';

const FEC = '5.5.5.5/32';

let stage: LspStage;
beforeAll(async () => {
  stage = await LspStage.start();
}, 120_000);
beforeEach(() => stage.clear());
afterAll(() => stage.dispose());

/** Both ends as long as nothing flaps: by what a new session, or one that was down, would differ. */
function identity({ sessions }: LspState): readonly (string | undefined)[] {
  return sessions.flatMap((session) => [
    session['local-discriminator'],
    session['remote-discriminator'],
    session['create-time'],
    session['down-count'],
  ]);
}

async function identities(): Promise<readonly (string | undefined)[]> {
  return [...identity(await stage.csg.state()), ...identity(await stage.masg.state())];
}

/** Resolves when the active LSP of the tunnel has this role. */
async function activeLsp(role: 'primary' | 'backup'): Promise<readonly Leaves[]> {
  const isActive = (lsp: Leaves) => lsp['role'] === role && lsp['active'] === 'true';
  const { tunnels } = await stage.csg.until(
    (state) => state.tunnels.some(({ lsps }) => lsps.some(isActive)),
    `tunnel on its ${role} LSP`,
  );
  return tunnels[0]?.lsps ?? [];
}

/** Long enough for a session without packets to go down. */
async function detectionTime(): Promise<void> {
  await new Promise((resolve) => {
    setTimeout(resolve, (5 * INTERVAL_US) / 1000);
  });
}

describe('a session that is Up', () => {
  beforeEach(() => stage.up());

  it('moves to the backup LSP when the interface of the primary goes down, and back, without a flap', async () => {
    const before = await identities();
    stage.lab.ip('csg', 'link', 'set', 'to-asbr1', 'down');
    try {
      const lsps = await activeLsp('backup');
      expect(lsps.map((lsp) => lsp['usable'])).toEqual(['false', 'true']);
      await detectionTime();
      expect(await identities()).toEqual(before);
    } finally {
      stage.lab.ip('csg', 'link', 'set', 'to-asbr1', 'up');
    }
    await activeLsp('primary');
    await detectionTime();
    expect(await identities()).toEqual(before);
  });

  it('follows the tunnel to other labels without a flap', async () => {
    const before = await identities();
    const [tunnel] = stage.lab.tunnels;
    if (tunnel === undefined) throw new Error('no tunnel');
    await stage.lab.relabel(0, 48_999);
    const relabelled = { ...tunnel, primary: { ...tunnel.primary, labels: [1024, 48_999] } };
    await stage.csg.commit(staticTunnels([relabelled]));
    await stage.lab.switch('asbr1').remove([48_120]);
    await detectionTime();
    expect(await identities()).toEqual(before);
    await stage.lab.setUp('label');
  });

  it.each(['two-labels', 'explicit-null', 'popped'] as const)(
    'stays Up when its packets come to arrive as %s',
    async (ending) => {
      const before = await identities();
      await stage.lab.setUp(ending);
      await detectionTime();
      expect(await identities()).toEqual(before);
    },
  );

  it('takes new parameters over by a poll sequence, without a flap', async () => {
    const before = await identities();
    const capture = await LspCapture.start(stage.lab.namespace('csg'), ['to-asbr1', 'to-detour']);
    await stage.csg.commit(ingress(`<session-parameters>${timers(200_000, 4)}</session-parameters>`));
    await stage.csg.session({ 'negotiated-tx-interval': '200000', 'detection-time': '600000' });
    await stage.masg.session({ 'remote-multiplier': '4', 'detection-time': '800000' });
    const packets = await capture.stop();
    const poll = packets.findIndex((packet) => packet.poll && packet.source === '1.1.1.1');
    expect(poll).toBeGreaterThanOrEqual(0);
    expect(packets.slice(poll).some((packet) => packet.final && packet.source === '5.5.5.5')).toBe(true);
    expect(await identities()).toEqual(before);
  });

  it('is withdrawn when the policy is removed: Down with diagnostic 7, and the egress deletes it later', async () => {
    const capture = await LspCapture.start(stage.lab.namespace('csg'), ['to-asbr1', 'to-detour']);
    await stage.csg.commit(ingress(gone('host')));
    await stage.csg.until(({ sessions }) => sessions.length === 0, 'no session');
    expect((await stage.csg.tunnel(FEC)).leaves['ineligible-reason']).toBe('no-policy');
    const { sessions } = await stage.masg.state();
    expect(sessions).toHaveLength(1);
    await stage.masg.until((state) => state.sessions.length === 0, 'no session');
    const farewell = (await capture.stop()).filter(({ diagnostic }) => diagnostic === 7);
    expect(farewell.map(({ source, state }) => [source, state])).toEqual(
      Array.from({ length: 3 }, () => ['1.1.1.1', 1]),
    );
  });

  it('goes with its tunnel', async () => {
    await stage.csg.commit(noTunnels([FEC]));
    const { tunnels } = await stage.csg.until(({ sessions }) => sessions.length === 0, 'no session');
    expect(tunnels).toEqual([]);
    await stage.masg.until((state) => state.sessions.length === 0, 'no session');
  });

  it('goes with BFD', async () => {
    await stage.csg.commit(bfd('delete'));
    const { tunnels } = await stage.csg.until(({ sessions }) => sessions.length === 0, 'no session');
    expect(tunnels).toEqual([]);
  });

  it('takes the tunnel down with it when the LSP is cut, and up again', async () => {
    await stage.lab.impair('primary', { cut: true });
    const tunnel = await stage.csg.tunnel(FEC, { state: 'bfd-down' });
    expect(tunnel.leaves['eligible']).toBe('true');
    expect((await stage.masg.session())['local-diagnostic']).toBe('control-expiry');
    await stage.lab.impair('primary', {});
    await stage.allUp(1);
    const ends = [await stage.csg.session(), await stage.masg.session()];
    expect(ends.map((end) => end['down-count'])).toEqual(['1', '1']);
    expect((await stage.csg.tunnel(FEC)).leaves['state']).toBe('up');
  });

  it('stays Up through a tenth of its packets lost and a delay that changes', async () => {
    const before = await identities();
    await stage.lab.impair('primary', { lossRate: 0.1, delayMs: 20 });
    await detectionTime();
    await stage.lab.impair('primary', {});
    expect(await identities()).toEqual(before);
  });

  it('is made anew by clear', async () => {
    const before = await stage.csg.session();
    await stage.csg.rpc(
      `<clear-session xmlns="${NAMESPACES.mbb}"><local-discriminator>${before['local-discriminator']}</local-discriminator></clear-session>`,
    );
    const after = await stage.csg.until(
      ({ sessions }) =>
        sessions.length === 1 &&
        sessions[0]?.['local-state'] === 'up' &&
        sessions[0]['local-discriminator'] !== before['local-discriminator'],
      'another session that is Up',
    );
    expect(after.sessions[0]?.['create-time']).not.toBe(before['create-time']);
  });

  it('is not needed for lsp-ping, which tells who answers', async () => {
    const reply = await stage.csg.rpc(
      `<lsp-ping xmlns="${NAMESPACES.mbb}"><fec>${FEC}</fec><count>3</count><size>200</size></lsp-ping>`,
    );
    expect(reply).toMatch(/<(?:\w+:)?sent[^>]*>3<.*<(?:\w+:)?received[^>]*>3</su);
    expect(reply.match(/<(?:\w+:)?from[^>]*>5\.5\.5\.5</gu)).toHaveLength(3);
    expect(reply.match(/<(?:\w+:)?return-code[^>]*>3</gu)).toHaveLength(3);
    const times = [...reply.matchAll(/round-trip-time[^>]*>(\d+)</gu)].map(([, time]) => Number(time));
    expect(times).toHaveLength(3);
    expect(times.every((timeUs) => timeUs > 0 && timeUs < 2_000_000)).toBe(true);
  });
});
