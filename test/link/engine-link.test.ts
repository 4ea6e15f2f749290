import { spawn } from 'node:child_process';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { connectEngine } from '../../src/link/connect-engine.io.js';
import { EngineLink } from '../../src/link/engine-link.io.js';
import { NOTHING_DESIRED, type DesiredState } from '../../src/link/engine-port.js';
import { EngineServer } from '../../src/link/engine-server.js';
import { listenForAgent, type EngineSocket } from '../../src/link/engine-socket.io.js';
import { encodeFrame } from '../../src/link/frame.js';
import type { Log } from '../../src/lib/log.js';
import { createMemoryLink } from '../../src/link/memory-channel.js';
import {
  LINK_VERSION,
  type DesiredSession,
  type EngineEvent,
  type EngineMessage,
} from '../../src/link/messages.js';
import { DESIRED_MPLS, desiredTunnel } from '../support/desired-lsps.js';
import { ipShSession } from '../support/desired-sessions.js';
import { silentLog } from '../support/silent-log.js';
import { waitFor } from '../support/wait-for.js';
import { RecordingControl, sessionReport } from './recording-control.js';

function manySessions(count: number): DesiredSession[] {
  return Array.from({ length: count }, (_, index) => ipShSession(`10.0.${index >> 8}.${index & 255}`));
}

function serverOf(control: RecordingControl, defer: (work: () => void) => void = setImmediate): EngineServer {
  return new EngineServer({ control, log: silentLog, pid: process.pid, defer });
}

describe('agent and engine in one process', () => {
  let control: RecordingControl;
  let server: EngineServer;
  let link: EngineLink;

  beforeEach(() => {
    control = new RecordingControl();
    server = serverOf(control);
    link = startLink([]);
  });

  afterEach(() => link.close());

  function connectInMemory(): ReturnType<typeof connectEngine> {
    const { agentEnd, engineEnd } = createMemoryLink();
    server.accept(engineEnd);
    return Promise.resolve(agentEnd);
  }

  function startLink(
    sessions: readonly DesiredSession[],
    desired?: DesiredState,
    timeoutMs = 2000,
  ): EngineLink {
    return new EngineLink({
      connect: connectInMemory,
      desired: () => desired ?? { ...NOTHING_DESIRED, sessions },
      log: silentLog,
      timeoutMs,
    });
  }

  test('the status of the engine tells its process, priority and counters', async () => {
    expect(await link.status()).toEqual({ ok: true, value: { pid: process.pid, ...control.status() } });
    link.close();
    expect(await link.status()).toMatchObject({ ok: false, error: { type: 'engine-unavailable' } });
  });

  test('the whole desired state is in force before the first question is answered', async () => {
    await link.read(null);
    link.close();
    const desired = manySessions(600);
    link = startLink(desired);

    const answer = await link.read(null);

    expect(answer.ok && answer.value.map((report) => report.key)).toEqual(desired.map(({ key }) => key));
    expect(Math.max(...control.calls.map((call) => Number(call.split(' ')[1])))).toBeLessThanOrEqual(64);
  });

  test('sessions that the desired state does not name are removed', async () => {
    const [kept, gone] = manySessions(2);
    if (kept === undefined || gone === undefined) throw new Error('two sessions');
    await link.apply({ set: [gone], remove: [] });
    link.close();
    link = startLink([kept]);

    await link.read(null);

    expect(control.keys()).toEqual([kept.key]);
  });

  test('a change is applied, with its refusals told', async () => {
    const [first, second] = manySessions(2);
    if (first === undefined || second === undefined) throw new Error('two sessions');
    control.refuse.add(second.key);

    const applied = await link.apply({ set: [first, second], remove: [] });

    expect(applied).toEqual({ ok: true, value: [{ key: second.key, reason: 'full' }] });
    expect(control.keys()).toEqual([first.key]);
    expect(await link.apply({ set: [], remove: [first.key] })).toEqual({ ok: true, value: [] });
    expect(control.keys()).toEqual([]);
  });

  test('a large change goes in parts, removals first', async () => {
    const sessions = manySessions(200);
    await link.apply({ set: sessions, remove: [] });
    control.calls.length = 0;

    const applied = await link.apply({
      set: sessions.slice(0, 70),
      remove: sessions.slice(70).map(({ key }) => key),
    });

    expect(applied).toEqual({ ok: true, value: [] });
    expect(control.sessions.size).toBe(70);
    expect(control.calls.filter((call) => !call.endsWith(' 0'))).toEqual([
      'remove 64',
      'remove 64',
      'remove 2',
      'set 64',
      'set 6',
    ]);
  });

  test('named sessions are read as far as they exist', async () => {
    const sessions = manySessions(700);
    await link.apply({ set: sessions.slice(0, 600), remove: [] });

    const answer = await link.read(sessions.map(({ key }) => key));

    expect(answer.ok && answer.value.length).toBe(600);
  });

  test('the states of all sessions are read, those of LSPs too', async () => {
    const sessions = manySessions(600);
    await link.apply({ set: sessions, remove: [] });
    control.lspSessions.push('lsp-ingress/5.5.5.5/32');
    const keys = [...sessions.map(({ key }) => key), ...control.lspSessions];

    const answer = await link.readStates();

    const states = keys.map((key) => ({ key, localState: sessionReport(key).localState, ofLsp: false }));
    expect(answer).toEqual({ ok: true, value: states });
  });

  test('an engine that takes its time for thousands of sessions is waited for, as long as more comes', async () => {
    link.close();
    server = serverOf(control, (work) => setTimeout(work, 60));
    link = startLink(manySessions(1500), undefined, 100);

    const answer = await link.read(null);

    expect(answer.ok && answer.value.length).toBe(1500);
  });

  test('an engine that falls silent in the middle of its answer is not', async () => {
    link.close();
    const waiting: (() => void)[] = [];
    server = serverOf(control, (work) => waiting.push(work));
    link = startLink(manySessions(600), undefined, 100);
    const answer = link.read(null);
    (await waitFor(() => waiting.shift(), 'a second part'))();

    expect(await answer).toMatchObject({ ok: false, error: { type: 'engine-unavailable' } });
  });

  test('tunnels, and what is wanted of LSPs, take effect as a whole', async () => {
    await link.read(null);
    link.close();
    const tunnels = Array.from({ length: 600 }, (_, index) =>
      desiredTunnel(`5.5.${index >> 8}.${index & 255}/32`),
    );
    control.tunnels.set('9.9.9.9/32', desiredTunnel('9.9.9.9/32'));
    link = startLink([], { sessions: [], tunnels, mpls: DESIRED_MPLS });
    await link.read(null);

    expect(control.calls.findLast((call) => call.startsWith('lsps'))).toBe('lsps +600 -1');
    expect(control.mpls).toEqual(DESIRED_MPLS);
    control.calls.length = 0;
    const change = { set: tunnels.slice(0, 300), remove: tunnels.slice(300).map(({ key }) => key) };
    await link.apply({ set: [], remove: [], tunnels: change });
    expect(control.calls.filter((call) => call.startsWith('lsps'))).toEqual(['lsps +300 -300']);
    expect(control.mpls).toEqual(DESIRED_MPLS);

    const read = await link.readTunnels(null);
    expect(read.ok && read.value.map(({ key }) => key)).toEqual(change.set.map(({ key }) => key));
    const named = await link.readTunnels(tunnels.map(({ key }) => key));
    expect(named.ok && named.value.length).toBe(300);

    await link.apply({ set: [], remove: [], mpls: null });
    expect(control.mpls).toBeNull();
  });

  test('sessions that the engine makes for LSPs are read, and no plan removes them', async () => {
    control.lspSessions.push('lsp-ingress/5.5.5.5/32');
    const answer = await link.read(null);
    expect(answer.ok && answer.value.map(({ key }) => key)).toEqual(control.lspSessions);
    expect(control.calls.filter((call) => call.startsWith('remove') && !call.endsWith(' 0'))).toEqual([]);
  });

  test('an action is answered when it is done, whatever else is asked meanwhile', async () => {
    const clear = link.act({ type: 'clear', key: 'a', graceful: true });
    const reset = link.act({ type: 'reset-statistics', key: null });
    await link.read(null);
    await waitFor(() => (control.actions.length === 2 ? true : undefined), 'two actions');

    control.actions[1]?.finish({ type: 'done' });
    expect(await reset).toEqual({ ok: true, value: { type: 'done' } });
    control.actions[0]?.finish({ type: 'refused', reason: 'there is no session a' });
    expect(await clear).toEqual({ ok: true, value: { type: 'refused', reason: 'there is no session a' } });
  });

  test('events reach every listener until it ends that', async () => {
    await link.read(null);
    const heard: EngineEvent[] = [];
    const event: EngineEvent = {
      type: 'state-change',
      key: 'a',
      timeMs: 1,
      from: 'down',
      to: 'up',
      localDiagnostic: 0,
      previousChangeMs: null,
      sourceAddress: '192.0.2.1',
      report: sessionReport('a'),
    };
    const end = link.onEvent((one) => heard.push(one));

    server.publish(event);
    await link.read(null);
    end();
    server.publish(event);
    await link.read(null);

    expect(heard).toEqual([event]);
  });

  test('after the connection is closed for good, questions fail at once', async () => {
    await link.read(null);
    link.close();

    expect(await link.read(null)).toEqual({
      ok: false,
      error: { type: 'engine-unavailable', message: 'the engine cannot be reached: the link was closed' },
    });
  });
});

describe('agent and engine over a Unix socket', () => {
  let folder: string;
  let path: string;
  let control: RecordingControl;
  let engine: EngineSocket | undefined;
  const links: EngineLink[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'link-test-'));
    path = join(folder, 'private', 'engine.sock');
    control = new RecordingControl();
    engine = undefined;
  });

  afterEach(async () => {
    links.splice(0).forEach((link) => link.close());
    engine?.close();
    await rm(folder, { recursive: true });
  });

  function newLink(desired: readonly DesiredSession[], timeoutMs = 2000): EngineLink {
    const link = new EngineLink({
      connect: () => connectEngine(path),
      desired: () => ({ ...NOTHING_DESIRED, sessions: desired }),
      log: silentLog,
      timeoutMs,
    });
    links.push(link);
    return link;
  }

  test('the socket has mode 0600 in a folder of mode 0700', async () => {
    engine = await listenForAgent(path, serverOf(control));

    expect(((await stat(path)).mode & 0o777).toString(8)).toBe('600');
    expect(((await stat(join(folder, 'private'))).mode & 0o777).toString(8)).toBe('700');
  });

  test('an agent that starts first waits for its engine', async () => {
    const sessions = manySessions(3);
    const answer = newLink(sessions).read(null);

    engine = await listenForAgent(path, serverOf(control));

    expect(await answer).toMatchObject({ ok: true, value: sessions.map(({ key }) => ({ key })) });
  });

  test('without an engine a question is answered engine-unavailable, in time', async () => {
    const startedMs = performance.now();

    const answer = await newLink([], 300).read(null);

    expect(answer).toMatchObject({ ok: false, error: { type: 'engine-unavailable' } });
    expect(answer.ok ? '' : answer.error.message).toContain('ENOENT');
    expect(performance.now() - startedMs).toBeLessThan(1500);
  });

  test('a second agent is turned away, and gets the place when the first has gone', async () => {
    engine = await listenForAgent(path, serverOf(control));
    const first = newLink([]);
    await first.read(null);
    const second = newLink(manySessions(1), 400);

    const refused = await second.read(null);
    expect(refused.ok ? '' : refused.error.message).toContain('another agent is connected');
    expect(control.keys()).toEqual([]);

    first.close();
    await waitFor(() => (control.keys().length === 1 ? true : undefined), 'plan of the second agent');
  });

  test('a socket file that a dead engine left is replaced; one that is served is not', async () => {
    engine = await listenForAgent(path, serverOf(control));
    await expect(listenForAgent(path, serverOf(control))).rejects.toThrow(`an engine already serves ${path}`);

    const stale = join(folder, 'private', 'stale.sock');
    await leaveStaleSocket(stale);
    (await listenForAgent(stale, serverOf(control))).close();
  });

  test('a path that no socket can have is refused with its reason', async () => {
    const long = join(folder, 'x'.repeat(120));

    await expect(listenForAgent(long, serverOf(control))).rejects.toThrow('is longer than 107 bytes');
  });

  test.each([
    ['text that is not JSON', Buffer.from('{')],
    ['bytes that are not UTF-8', Uint8Array.of(0x22, 0xff, 0x22)],
    ['a message of no known type', Buffer.from('{"type":"reboot"}')],
  ])('%s ends the connection, and the engine serves the next agent', async (_name, body) => {
    engine = await listenForAgent(path, serverOf(control));
    const socket = connect(path);
    const closed = new Promise((resolve) => {
      socket.once('close', resolve);
    });
    socket.resume();
    socket.write(encodeFrame(body));
    await closed;

    expect((await newLink([]).read(null)).ok).toBe(true);
  });
});

describe('an engine that misbehaves', () => {
  let folder: string;
  let path: string;
  let listener: Server;
  const accepted: Socket[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'link-test-'));
    path = join(folder, 'engine.sock');
  });

  afterEach(async () => {
    accepted.splice(0).forEach((socket) => socket.destroy());
    listener.close();
    await rm(folder, { recursive: true });
  });

  async function serve(
    messages: readonly EngineMessage[],
    log: Log = silentLog,
    later: readonly EngineMessage[] = [],
  ): Promise<EngineLink> {
    listener = createServer((socket) => {
      accepted.push(socket);
      socket.on('error', () => undefined);
      const say = (message: EngineMessage): boolean =>
        socket.write(encodeFrame(Buffer.from(JSON.stringify(message))));
      messages.forEach(say);
      setTimeout(() => later.forEach(say), 800);
    });
    await new Promise<void>((resolve) => {
      listener.listen(path, resolve);
    });
    return new EngineLink({
      connect: () => connectEngine(path),
      desired: () => NOTHING_DESIRED,
      log,
      timeoutMs: 400,
    });
  }

  test('one of another version is not used; the log says once what to do', async () => {
    const told: object[] = [];
    const log: Log = { ...silentLog, warn: (fields) => told.push(fields) };
    const link = await serve([{ type: 'hello', version: 99, pid: 1 }], log);

    const answer = await link.read(null);
    await waitFor(() => (accepted.length > 2 ? true : undefined), 'third connection');
    link.close();

    const reason =
      `the engine speaks version 99 of the link, not ${LINK_VERSION}: ` +
      'end it, and start the engine of this agent';
    expect(answer.ok ? '' : answer.error.message).toContain(reason);
    expect(told).toEqual([{ reason }]);
  });

  test('one that is slow over a change of a thousand sessions is waited for', async () => {
    const applied = { type: 'applied', refused: [], last: true } as const;
    const hello = { type: 'hello', version: LINK_VERSION, pid: 1 } as const;
    const link = await serve([hello, { ...applied, revision: 1 }], silentLog, [{ ...applied, revision: 2 }]);

    expect(await link.apply({ set: manySessions(1000), remove: [] })).toEqual({ ok: true, value: [] });
    link.close();
  });

  test('one that greets and then says nothing is given up in time, and connected to anew', async () => {
    const link = await serve([{ type: 'hello', version: LINK_VERSION, pid: 1 }]);

    expect(await link.read(null)).toMatchObject({ ok: false, error: { type: 'engine-unavailable' } });
    await waitFor(() => (accepted.length > 1 ? true : undefined), 'second connection');
    link.close();
  });
});

/** A process that is killed while it listens leaves its file. */
function leaveStaleSocket(path: string): Promise<void> {
  const killed =
    "require('node:net').createServer().listen(process.argv[1], () => process.kill(process.pid, 'SIGKILL'))";
  return new Promise((resolve) => {
    spawn(process.execPath, ['-e', killed, path]).once('exit', () => resolve());
  });
}
