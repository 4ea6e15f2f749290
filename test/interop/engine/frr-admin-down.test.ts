import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EngineAndFrr, PATHS } from '../../support/engine-and-frr.js';

let both: EngineAndFrr;

beforeAll(async () => {
  both = await EngineAndFrr.start();
});

afterAll(async () => {
  await both.stop();
});

describe.each(PATHS)('AdminDown with FRR, %s over %s', (hops, family) => {
  test('by FRR: the engine is Down as it was told to be, sees AdminDown, and comes back', async () => {
    const session = await both.session(hops, family);
    await session.bringUp();

    await session.configure('shutdown');
    const report = await session.until(
      ({ localState, remoteState }) => localState === 'down' && remoteState === 'admin-down',
    );
    expect(report).toMatchObject({ localDiagnostic: 3, downCount: 1, adminDownCount: 0 });
    expect(await session.frrPeer()).toMatchObject({ status: 'shutdown' });

    await session.configure('no shutdown');
    await session.up();
    expect(await session.report()).toMatchObject({ upCount: 2, downCount: 1, remoteState: 'up' });
  });

  test('by the engine: FRR is Down with the reason, keeps so, and comes back', async () => {
    const session = await both.session(hops, family);
    await session.bringUp();

    await session.set({ adminDown: true });
    const peer = await session.frrUntil(({ status }) => status === 'down');
    expect(peer).toMatchObject({
      diagnostic: 'neighbor signaled session down',
      'remote-diagnostic': 'administratively down',
    });
    expect(await session.report()).toMatchObject({
      localState: 'admin-down',
      localDiagnostic: 7,
      adminDownCount: 1,
    });
    expect(await session.frrFlaps()).toEqual({ ups: 1, downs: 1 });

    await session.set();
    await session.up();
    expect(await session.frrFlaps()).toEqual({ ups: 2, downs: 1 });
  });

  test('on both ends: the session is Up again only when both are told so', async () => {
    const session = await both.session(hops, family);
    await session.bringUp();
    await session.set({ adminDown: true });
    await session.configure('shutdown');
    await session.frrUntil(({ status }) => status === 'shutdown');

    await session.set();
    const report = await session.until(
      ({ localState, remoteState }) => localState === 'down' && remoteState === 'admin-down',
    );
    expect(report.upCount).toBe(1);

    await session.configure('no shutdown');
    await session.up();
  });
});
