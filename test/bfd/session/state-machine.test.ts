import { describe, expect, test } from 'vitest';
import { Diagnostic } from '../../../src/bfd/packet/diagnostic.js';
import { stateName } from '../../../src/bfd/packet/session-state.js';
import type { SessionState } from '../../../src/bfd/packet/session-state.js';
import { AdminDown, Down, Init, SessionDriver, types, Up } from './session-driver.js';

const { None, ControlDetectionTimeExpired, NeighborSignaledSessionDown, AdministrativelyDown, PathDown } =
  Diagnostic;

/** A row per local state and received state: what follows, and the diagnostic then. */
const RECEPTION: readonly [SessionState, SessionState, SessionState, number][] = [
  [AdminDown, AdminDown, AdminDown, AdministrativelyDown],
  [AdminDown, Down, AdminDown, AdministrativelyDown],
  [AdminDown, Init, AdminDown, AdministrativelyDown],
  [AdminDown, Up, AdminDown, AdministrativelyDown],
  [Down, AdminDown, Down, None],
  [Down, Down, Init, None],
  [Down, Init, Up, None],
  [Down, Up, Down, None],
  [Init, AdminDown, Down, NeighborSignaledSessionDown],
  [Init, Down, Init, None],
  [Init, Init, Up, None],
  [Init, Up, Up, None],
  [Up, AdminDown, Down, NeighborSignaledSessionDown],
  [Up, Down, Down, NeighborSignaledSessionDown],
  [Up, Init, Up, None],
  [Up, Up, Up, None],
];

describe('RFC 5880 §6.2, §6.8.6: reception', () => {
  test.each(
    RECEPTION.map(([local, received, next, diagnostic]) => ({
      name: `${stateName(local)} receives ${stateName(received)}: ${stateName(next)}, diagnostic ${diagnostic}`,
      local,
      received,
      next,
      diagnostic,
    })),
  )('$name', ({ local, received, next, diagnostic }) => {
    const driver = new SessionDriver().bring(local);
    expect(driver.session.localState).toBe(local);
    const effects = driver.receive(received);
    expect(driver.session.localState).toBe(next);
    expect(driver.session.localDiagnostic).toBe(diagnostic);
    const changes = effects.filter((effect) => effect.type === 'state-changed');
    expect(changes).toEqual(
      local === next ? [] : [{ type: 'state-changed', from: local, to: next, diagnostic }],
    );
  });
});

/** Each local state after a Detection Time of silence that follows a packet of the peer. */
const EXPIRY: readonly [SessionState, SessionState, SessionState, number][] = [
  [AdminDown, Down, AdminDown, AdministrativelyDown],
  [Down, Up, Down, ControlDetectionTimeExpired],
  [Init, Down, Down, ControlDetectionTimeExpired],
  [Up, Up, Down, ControlDetectionTimeExpired],
];

describe('RFC 5880 §6.8.4 and erratum 5205: Detection Time expiry', () => {
  test.each(
    EXPIRY.map(([local, heard, next, diagnostic]) => ({
      name: `${stateName(local)} becomes ${stateName(next)}, diagnostic ${diagnostic}`,
      local,
      heard,
      next,
      diagnostic,
    })),
  )('$name', ({ local, heard, next, diagnostic }) => {
    const driver = new SessionDriver().bring(local);
    driver.receive(heard);
    driver.nowUs += driver.session.detectionTimeUs;
    driver.timeout();
    expect(driver.session.localState).toBe(next);
    expect(driver.session.localDiagnostic).toBe(diagnostic);
    expect(driver.session.remoteDiscriminator).toBe(0);
  });

  test('a Down session that has never heard its peer has no Detection Time', () => {
    const driver = new SessionDriver();
    driver.advance(60_000_000);
    expect(driver.session.localState).toBe(Down);
    expect(driver.session.localDiagnostic).toBe(None);
    expect(types(driver.effects)).not.toContain('interval-changed');
  });

  test('erratum 5205: a session that the neighbour put down reports the silence that follows', () => {
    const driver = new SessionDriver().bring(Up);
    driver.receive(AdminDown);
    expect(driver.session.localDiagnostic).toBe(NeighborSignaledSessionDown);
    driver.advance(driver.session.detectionTimeUs);
    expect(driver.session.localDiagnostic).toBe(ControlDetectionTimeExpired);
    expect(driver.sent.at(-1)).toMatchObject({ state: Down, diagnostic: ControlDetectionTimeExpired });
  });
});

type PlainCommand = 'admin-down' | 'admin-up' | 'path-down' | 'path-up';

/** Each local state and command: what follows, the diagnostic then. */
const COMMANDS: readonly [PlainCommand, SessionState, SessionState, number][] = [
  ['admin-down', AdminDown, AdminDown, AdministrativelyDown],
  ['admin-down', Down, AdminDown, AdministrativelyDown],
  ['admin-down', Init, AdminDown, AdministrativelyDown],
  ['admin-down', Up, AdminDown, AdministrativelyDown],
  ['admin-up', AdminDown, Down, AdministrativelyDown],
  ['admin-up', Down, Down, None],
  ['admin-up', Init, Init, None],
  ['admin-up', Up, Up, None],
  ['path-down', AdminDown, AdminDown, AdministrativelyDown],
  ['path-down', Down, Down, PathDown],
  ['path-down', Init, Down, PathDown],
  ['path-down', Up, Down, PathDown],
  ['path-up', AdminDown, AdminDown, AdministrativelyDown],
  ['path-up', Down, Down, None],
  ['path-up', Init, Init, None],
  ['path-up', Up, Up, None],
];

describe('RFC 5880 §6.8.16: commands', () => {
  test.each(
    COMMANDS.map(([type, local, next, diagnostic]) => ({
      name: `${type} in ${stateName(local)}: ${stateName(next)}, diagnostic ${diagnostic}`,
      type,
      local,
      next,
      diagnostic,
    })),
  )('$name', ({ type, local, next, diagnostic }) => {
    const driver = new SessionDriver().bring(local);
    const effects = driver.command({ type });
    expect(driver.session.localState).toBe(next);
    expect(driver.session.localDiagnostic).toBe(diagnostic);
    expect(types(effects).includes('state-changed')).toBe(local !== next);
    expect(types(effects).includes('transmit')).toBe(
      local !== next || (type === 'path-down' && local === Down),
    );
  });

  test('a diagnostic can be given', () => {
    const driver = new SessionDriver().bring(Up);
    driver.command({ type: 'path-down', diagnostic: Diagnostic.ForwardingPlaneReset });
    expect(driver.session.localDiagnostic).toBe(Diagnostic.ForwardingPlaneReset);
    driver.command({ type: 'admin-down', diagnostic: Diagnostic.PathDown });
    expect(driver.session.localDiagnostic).toBe(Diagnostic.PathDown);
    expect(driver.session.localState).toBe(AdminDown);
  });

  test('adminDown among the parameters does the same', () => {
    const driver = new SessionDriver().bring(Up);
    driver.change({ adminDown: true });
    expect(driver.session.localState).toBe(AdminDown);
    expect(driver.sent.at(-1)).toMatchObject({ state: AdminDown, diagnostic: AdministrativelyDown });
    driver.change({ adminDown: false });
    expect(driver.session.localState).toBe(Down);
  });

  test('a session may be made in AdminDown', () => {
    const { session } = new SessionDriver({ adminDown: true });
    expect(session.localState).toBe(AdminDown);
    expect(session.localDiagnostic).toBe(AdministrativelyDown);
  });
});

describe('RFC 5880 §6.2: a path that is known to be down holds the session in Down', () => {
  test('whatever the peer says, with the diagnostic of the path', () => {
    const driver = new SessionDriver().bring(Up);
    driver.command({ type: 'path-down' });
    for (const received of [Up, Down, Init, AdminDown]) {
      driver.receive(received);
      expect(driver.session.localState).toBe(Down);
    }
    driver.advance(60_000_000);
    expect(driver.session.localDiagnostic).toBe(PathDown);
    expect(driver.session.pathDown).toBe(true);
  });

  test('until the path is back', () => {
    const driver = new SessionDriver().bring(Up);
    driver.command({ type: 'path-down' });
    driver.command({ type: 'path-up' });
    driver.receive(Down);
    expect(driver.session.localState).toBe(Init);
  });

  test('also when the session leaves AdminDown meanwhile', () => {
    const driver = new SessionDriver({ adminDown: true });
    driver.command({ type: 'path-down' });
    driver.command({ type: 'admin-up' });
    driver.receive(Down);
    expect(driver.session.localState).toBe(Down);
  });
});

describe('three-way handshake', () => {
  test('RFC 5880 §6.2: up, and again up only after the peer has left Up', () => {
    const driver = new SessionDriver().bring(Up);
    driver.receive(Down);
    expect(driver.session.localState).toBe(Down);
    driver.receive(Up);
    expect(driver.session.localState).toBe(Down);
    driver.receive(Down);
    driver.receive(Up);
    expect(driver.session.localState).toBe(Up);
  });

  test('RFC 5880 §6.8.1 and erratum 7240: the diagnostic is not reset when the session comes Up', () => {
    const driver = new SessionDriver().bring(Up);
    driver.receive(Down);
    driver.receive(Down);
    driver.receive(Up);
    expect(driver.session.localState).toBe(Up);
    expect(driver.session.localDiagnostic).toBe(NeighborSignaledSessionDown);
  });
});
