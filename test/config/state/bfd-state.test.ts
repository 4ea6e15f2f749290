import { describe, expect, it } from 'vitest';
import { bfdState } from '../../../src/config/state/bfd-state.js';
import { LspSessions } from '../../../src/config/state/lsp-sessions.js';
import { diagnosticName } from '../../../src/config/state/bfd-names.js';
import type { SessionReport, StateName } from '../../../src/link/messages.js';
import { interfaceXml, multihopXml, sessionXml } from '../../support/agent-xml.js';
import { emptyWorkspace, run } from '../../support/agent-workspace.js';
import { DOWN_RECORD } from '../../support/down-record.js';
import { InMemoryEngine } from '../../support/in-memory-engine.js';

/** State of the given sessions, by destination. */
async function stateOf(
  reports: Readonly<Record<string, Partial<SessionReport>>>,
  instances = ['main'],
): Promise<string> {
  const workspace = emptyWorkspace();
  const engine = new InMemoryEngine();
  const sessions = Object.keys(reports).map((dest, index) =>
    sessionXml({ dest, instance: instances[index % instances.length] ?? 'main' }),
  );
  run(workspace, interfaceXml('eth0'), ...sessions);
  await engine.apply({ set: workspace.handlers.desired().sessions, remove: [] });
  for (const [dest, report] of Object.entries(reports)) engine.reports.set(`ip-sh/eth0/${dest}`, report);
  const { protocols, bfdSessions } = workspace.handlers;
  const provider = bfdState({
    configured: {
      instances: () => protocols.instances(),
      mplsInstance: () => undefined,
      sessions: () => bfdSessions.sessions(),
      session: (key) => bfdSessions.session(key),
    },
    engine,
    lspSessions: new LspSessions(engine),
  });
  const xml = await provider.xml();
  using tree = parseState(workspace, xml);
  return tree.print({ format: 'xml', defaults: 'explicit' });
}

function parseState(workspace: ReturnType<typeof emptyWorkspace>, xml: string) {
  const parsed = workspace.context.parse(xml, { format: 'xml', validate: false });
  if (!parsed.ok) throw new Error(parsed.error.map(({ message }) => message).join('\n'));
  return parsed.value;
}

const UP: Partial<SessionReport> = {
  localDiscriminator: 11,
  remoteDiscriminator: 22,
  localState: 'up',
  remoteState: 'up',
  localDiagnostic: 1,
  remoteDiagnostic: 3,
  remoteMultiplier: 5,
  negotiatedTxIntervalUs: 50_000,
  negotiatedRxIntervalUs: 60_000,
  detectionTimeUs: 300_000,
  sourcePort: 50_000,
  lastUpMs: Date.UTC(2026, 0, 2, 3, 4, 6),
  lastDownMs: Date.UTC(2026, 0, 2, 3, 4, 5, 500),
  downCount: 1,
  adminDownCount: 2,
  receivedPackets: 9_007_199_254_740_991,
  sentPackets: 4,
  invalidPackets: 5,
  failedSends: 6,
};

describe('the state of a session', () => {
  it('has every leaf of RFC 9314 that is known', async () => {
    const xml = await stateOf({ '192.0.2.1': UP });
    expect(/<session>.*<\/session>/u.exec(xml)?.[0]).toBe(
      '<session><interface>eth0</interface><dest-addr>192.0.2.1</dest-addr>' +
        '<path-type xmlns:bfd-types="urn:ietf:params:xml:ns:yang:ietf-bfd-types">bfd-types:path-ip-sh</path-type>' +
        '<ip-encapsulation>true</ip-encapsulation><local-discriminator>11</local-discriminator>' +
        '<remote-discriminator>22</remote-discriminator><remote-multiplier>5</remote-multiplier>' +
        '<demand-capability>true</demand-capability>' +
        '<source-port>50000</source-port><dest-port>3784</dest-port><session-running>' +
        '<session-index>11</session-index><local-state>up</local-state><remote-state>up</remote-state>' +
        '<local-diagnostic>control-expiry</local-diagnostic><remote-diagnostic>neighbor-down</remote-diagnostic>' +
        '<remote-authenticated>false</remote-authenticated><detection-mode>async-without-echo</detection-mode>' +
        '<negotiated-tx-interval>50000</negotiated-tx-interval>' +
        '<negotiated-rx-interval>60000</negotiated-rx-interval><detection-time>300000</detection-time>' +
        '</session-running><session-statistics><create-time>2026-01-02T03:04:05.000Z</create-time>' +
        '<last-down-time>2026-01-02T03:04:05.500Z</last-down-time>' +
        '<last-up-time>2026-01-02T03:04:06.000Z</last-up-time><down-count>1</down-count>' +
        '<admin-down-count>2</admin-down-count><receive-packet-count>9007199254740991</receive-packet-count>' +
        '<send-packet-count>4</send-packet-count>' +
        '<receive-invalid-packet-count>5</receive-invalid-packet-count>' +
        '<send-failed-packet-count>6</send-failed-packet-count></session-statistics></session>',
    );
  });

  it('leaves out what is not known yet', async () => {
    const xml = await stateOf({ '192.0.2.1': { sourcePort: null, localDiagnostic: 31 } });
    expect(xml).toMatch(/<remote-discriminator>0<.*><dest-port>/u);
    for (const leaf of [
      'source-port',
      'detection-time',
      'negotiated',
      'local-diagnostic',
      'last-up',
      'remote-multiplier',
    ]) {
      expect(xml).not.toContain(leaf);
    }
  });

  it('is shown whatever intervals the peer asks for: a time that is too long for its leaf is the longest', async () => {
    const longest = 0xffff_ffff;
    const xml = await stateOf({
      '192.0.2.1': {
        remoteMultiplier: 255,
        negotiatedTxIntervalUs: longest,
        negotiatedRxIntervalUs: longest,
        detectionTimeUs: 255 * longest,
      },
      '192.0.2.2': { detectionTimeUs: 300_000 },
    });
    expect([...xml.matchAll(/<detection-time>(\d+)</gu)].map(([, us]) => Number(us))).toEqual([
      longest,
      300_000,
    ]);
  });

  it('tells how a failure would be noticed', async () => {
    const modes = [
      { demandActive: false, echoTxIntervalUs: null },
      { demandActive: false, echoTxIntervalUs: 50_000 },
      { demandActive: true, echoTxIntervalUs: 50_000 },
      { demandActive: true, echoTxIntervalUs: null },
    ];
    const xml = await stateOf(Object.fromEntries(modes.map((mode, index) => [`192.0.2.${index + 1}`, mode])));
    expect([...xml.matchAll(/<detection-mode>([^<]*)</gu)].map(([, mode]) => mode)).toEqual([
      'async-without-echo',
      'async-with-echo',
      'demand-with-echo',
      'demand-without-echo',
    ]);
  });

  it('tells how the peer authenticates its packets', async () => {
    const types = [null, 1, 2, 3, 4, 5];
    const reports = types.map(
      (remoteAuthType, index) => [`192.0.2.${index + 1}`, { remoteAuthType }] as const,
    );
    const xml = await stateOf(Object.fromEntries(reports));
    const told = [
      ...xml.matchAll(/<remote-authenticated>([^<]*)<\/remote-authenticated>(?:<[^>]*>([^<]*))?/gu),
    ];
    expect(told.map(([, authenticated, type]) => (authenticated === 'true' ? type : authenticated))).toEqual([
      'false',
      'simple-password',
      'keyed-md5',
      'meticulous-keyed-md5',
      'keyed-sha1',
      'meticulous-keyed-sha1',
    ]);
  });

  it('says what keeps it from sending', async () => {
    const xml = await stateOf({ '192.0.2.1': { obstacle: 'interface eth0 is down' }, '192.0.2.2': {} });
    expect(xml.match(/<obstacle .*?<\/obstacle>/gu)).toEqual([
      '<obstacle xmlns="urn:bfd-agent:yang:bfd-agent-bfd">interface eth0 is down</obstacle>',
    ]);
  });

  it('tells why it went down', async () => {
    const xml = await stateOf({ '192.0.2.1': { downRecord: DOWN_RECORD } });
    expect(/<session>.*<flight-record .*?<\/flight-record>/u.exec(xml)?.[0]).toContain(
      '<verdict>host-late</verdict>',
    );
    expect(xml.match(/<sent>181000<\/sent>/gu)).toHaveLength(2);
  });

  it('is counted by instance in the summaries', async () => {
    const states: readonly StateName[] = ['up', 'down', 'init', 'admin-down', 'up', 'up'];
    const reports = Object.fromEntries(
      states.map((localState, index) => [`192.0.2.${index + 1}`, { localState }]),
    );
    const xml = await stateOf(reports, ['a', 'b']);
    const summaries = [...xml.matchAll(/<summary>(.*?)<\/summary>/gu)].map(([, text]) =>
      text?.match(/\d+/gu)?.map(Number),
    );
    // Instance a has sessions 1, 3 and 5, instance b the others; each tells it for BFD, ip-mh and ip-sh.
    expect(summaries).toEqual([
      [3, 2, 1, 0],
      [0, 0, 0, 0],
      [3, 2, 1, 0],
      [3, 1, 1, 1],
      [0, 0, 0, 0],
      [3, 1, 1, 1],
    ]);
  });

  it('over several hops is shown in its group, and counted apart', async () => {
    const workspace = emptyWorkspace();
    const engine = new InMemoryEngine();
    const group = multihopXml({ source: '2001:db8::9', dest: '2001:db8::1' });
    run(workspace, interfaceXml('eth0'), sessionXml({ dest: '192.0.2.1' }), group);
    await engine.apply({ set: workspace.handlers.desired().sessions, remove: [] });
    engine.reports.set('ip-mh/2001:db8::9/2001:db8::1', { ...UP, destinationPort: 4784 });
    const { protocols, bfdSessions } = workspace.handlers;
    const provider = bfdState({
      configured: {
        instances: () => protocols.instances(),
        mplsInstance: () => undefined,
        sessions: () => bfdSessions.sessions(),
        session: (key) => bfdSessions.session(key),
      },
      engine,
      lspSessions: new LspSessions(engine),
    });
    using tree = parseState(workspace, await provider.xml());
    const xml = tree.print({ format: 'xml', defaults: 'explicit' });
    expect(/<session-group>.*<\/session-group>/u.exec(xml)?.[0]).toMatch(
      /^<session-group><source-addr>2001:db8::9<\/source-addr><dest-addr>2001:db8::1<\/dest-addr><sessions><path-type [^>]*>bfd-types:path-ip-mh<.*<dest-port>4784<.*<local-state>up<.*<\/sessions><\/session-group>$/u,
    );
    const totals = [...xml.matchAll(/<number-of-sessions(?:-up)?>(\d+)</gu)].map(([, count]) =>
      Number(count),
    );
    expect(totals).toEqual([2, 1, 1, 1, 1, 0]);
  });

  it('is not shown while the engine cannot be asked', async () => {
    const engine = new InMemoryEngine();
    engine.unavailable = 'gone';
    expect(
      await bfdState({
        configured: {
          instances: () => ['main'],
          mplsInstance: () => 'main',
          sessions: () => [],
          session: () => undefined,
        },
        engine,
        lspSessions: new LspSessions(engine),
      }).xml(),
    ).toBe('');
  });
});

describe('a diagnostic', () => {
  it('has the name that IANA gave it', () => {
    const { context } = emptyWorkspace();
    const leaf = '<session-running><local-diagnostic>NAME</local-diagnostic></session-running>';
    for (let code = 0; code <= 9; code += 1) {
      const xml = sessionXml({
        dest: '192.0.2.1',
        content: leaf.replace('NAME', diagnosticName(code) ?? ''),
      });
      const parsed = context.parse(xml, { format: 'xml', validate: false });
      expect(parsed.ok, `diagnostic ${code}`).toBe(true);
    }
    expect(diagnosticName(10)).toBeNull();
  });
});
