import { describe, expect, test } from 'vitest';
import { Diagnostic } from '../../../src/bfd/packet/diagnostic.js';
import type { Evidence } from '../../../src/bfd/recorder/down-record.js';
import { judge } from '../../../src/bfd/recorder/verdict.js';

const MS = 1000;

/** A session of 50 ms × 3 on both sides that has run well until it missed the peer. */
function evidence(change: Partial<Evidence> = {}): Evidence {
  return {
    localDiagnostic: Diagnostic.ControlDetectionTimeExpired,
    remoteState: 'down',
    remoteDiagnostic: Diagnostic.None,
    silentForUs: 151 * MS,
    detectionTimeUs: 150 * MS,
    remoteDetectionTimeUs: 150 * MS,
    sentAgoUs: [0, 20, 64, 110, 155, 200].map((ago) => ago * MS),
    standstills: [],
    drops: [],
    refusedPackets: 0,
    refusedFor: null,
    keyMissing: false,
    ...change,
  };
}

describe('control packets were missing', () => {
  test('the peer fell silent when this host was there to hear it', () => {
    expect(judge(evidence())).toEqual({
      verdict: 'peer-silent',
      lateUs: 0,
      longestLateUs: 0,
      droppedPackets: 0,
      longestSendGapUs: 46 * MS,
    });
  });

  test('a short standstill is told, and is not to blame', () => {
    const standstills = [{ agoUs: 10 * MS, lengthUs: 20 * MS }];
    expect(judge(evidence({ standstills }))).toMatchObject({
      verdict: 'peer-silent',
      lateUs: 20 * MS,
      longestLateUs: 20 * MS,
    });
  });

  test('this host was late when it stood still for half of the detection time, or all of it', () => {
    const half = [
      { agoUs: 0, lengthUs: 50 * MS },
      { agoUs: 100 * MS, lengthUs: 40 * MS },
    ];
    expect(judge(evidence({ standstills: half }))).toMatchObject({ verdict: 'host-late', lateUs: 90 * MS });
    const long = evidence({ silentForUs: 5000 * MS, standstills: [{ agoUs: 0, lengthUs: 4900 * MS }] });
    expect(judge(long)).toMatchObject({
      verdict: 'host-late',
      lateUs: 300 * MS,
      longestLateUs: 4900 * MS,
    });
  });

  test('a standstill before the last packet has nothing to do with it', () => {
    const standstills = [{ agoUs: 160 * MS, lengthUs: 900 * MS }];
    expect(judge(evidence({ standstills }))).toMatchObject({ verdict: 'peer-silent', lateUs: 0 });
  });

  test('packets were dropped here when a socket says so, whether or not the host was late', () => {
    const drops = [{ agoUs: 3 * MS, packets: 40 }];
    const standstills = [{ agoUs: 5 * MS, lengthUs: 140 * MS }];
    expect(judge(evidence({ drops }))).toMatchObject({ verdict: 'packets-dropped-here', droppedPackets: 40 });
    expect(judge(evidence({ drops, standstills }))).toMatchObject({ verdict: 'packets-dropped-here' });
  });

  test('drops of long ago have nothing to do with it', () => {
    const drops = [{ agoUs: 800 * MS, packets: 40 }];
    expect(judge(evidence({ drops }))).toMatchObject({ verdict: 'peer-silent', droppedPackets: 0 });
  });

  test('packets of the peer were refused, whether or not the host was late', () => {
    const refused = { refusedPackets: 1, refusedFor: 'authentication-digest' } as const;
    const standstills = [{ agoUs: 5 * MS, lengthUs: 140 * MS }];
    const drops = [{ agoUs: 3 * MS, packets: 40 }];
    expect(judge(evidence(refused)).verdict).toBe('packets-refused');
    expect(judge(evidence({ ...refused, standstills })).verdict).toBe('packets-refused');
    expect(judge(evidence({ ...refused, drops })).verdict).toBe('packets-dropped-here');
  });

  test('in Demand mode an hour of silence is no standstill', () => {
    expect(judge(evidence({ silentForUs: 3600e6 })).verdict).toBe('peer-silent');
  });

  test('a session that has never heard anything is judged too', () => {
    const never = evidence({
      silentForUs: null,
      detectionTimeUs: 0,
      remoteDetectionTimeUs: 0,
      sentAgoUs: [],
    });
    expect(judge(never)).toMatchObject({ verdict: 'peer-silent', longestSendGapUs: 0 });
  });
});

describe('the peer said that the session is down', () => {
  const said = { localDiagnostic: Diagnostic.NeighborSignaledSessionDown, silentForUs: 0 };

  test.each([
    ['AdminDown', { remoteState: 'admin-down', remoteDiagnostic: Diagnostic.AdministrativelyDown }],
    ['its path is down', { remoteDiagnostic: Diagnostic.PathDown }],
    ['it has started anew', { remoteDiagnostic: Diagnostic.None }],
    [
      'it missed packets, which this host had sent',
      { remoteDiagnostic: Diagnostic.ControlDetectionTimeExpired },
    ],
  ] as const)('for its own reasons: %s', (_, remote) => {
    expect(judge(evidence({ ...said, ...remote })).verdict).toBe('peer-said-so');
  });

  test.each([
    ['until now', [0, 180, 225, 270]],
    ['until shortly ago', [0, 30, 60, 240, 285]],
  ])('as it missed packets that this host was late to send: %s', (_, ago) => {
    const sentAgoUs = ago.map((each) => each * MS);
    const remoteDiagnostic = Diagnostic.ControlDetectionTimeExpired;
    expect(judge(evidence({ ...said, remoteDiagnostic, sentAgoUs }))).toMatchObject({
      verdict: 'host-late',
      longestSendGapUs: 180 * MS,
    });
  });

  test('an old gap between packets that the peer had survived has nothing to do with it', () => {
    const sentAgoUs = [0, 50, 100, 150, 200, 250, 290, 320, 600, 650].map((each) => each * MS);
    const remoteDiagnostic = Diagnostic.ControlDetectionTimeExpired;
    expect(judge(evidence({ ...said, remoteDiagnostic, sentAgoUs })).verdict).toBe('peer-said-so');
  });

  test('long gaps by agreement, as in Demand mode, are no fault', () => {
    const sentAgoUs = [0, 900, 1900, 2900].map((each) => each * MS);
    const remoteDiagnostic = Diagnostic.ControlDetectionTimeExpired;
    expect(judge(evidence({ ...said, remoteDiagnostic, sentAgoUs })).verdict).toBe('peer-said-so');
  });
});

describe('other causes', () => {
  test.each([
    [Diagnostic.EchoFunctionFailed, 'echo-lost'],
    [Diagnostic.PathDown, 'path-down'],
    [Diagnostic.AdministrativelyDown, 'by-command'],
    [Diagnostic.ForwardingPlaneReset, 'by-command'],
  ] as const)('diagnostic %d: %s', (localDiagnostic, verdict) => {
    expect(judge(evidence({ localDiagnostic })).verdict).toBe(verdict);
  });

  test('a session that the peer has withdrawn was not taken down here', () => {
    const localDiagnostic = Diagnostic.AdministrativelyDown;
    const withdrawn = { localDiagnostic, remoteState: 'down', remoteDiagnostic: localDiagnostic } as const;
    expect(judge(evidence(withdrawn)).verdict).toBe('peer-said-so');
    expect(judge(evidence({ ...withdrawn, remoteState: 'up' })).verdict).toBe('by-command');
  });

  test('Echo packets that were missed while this host was late, or dropped them', () => {
    const localDiagnostic = Diagnostic.EchoFunctionFailed;
    const standstills = [{ agoUs: 0, lengthUs: 140 * MS }];
    const drops = [{ agoUs: 0, packets: 2 }];
    expect(judge(evidence({ localDiagnostic, standstills })).verdict).toBe('host-late');
    expect(judge(evidence({ localDiagnostic, drops })).verdict).toBe('packets-dropped-here');
  });
});
