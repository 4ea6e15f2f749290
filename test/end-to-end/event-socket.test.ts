import { mkdtemp, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Agent, startProgram } from '../support/agent.js';
import { Child } from '../support/child.js';
import { ipShSession } from '../support/desired-sessions.js';
import { TestEngine } from '../support/engine.js';
import { EventFollower } from '../support/event-follower.js';
import { NamespacePair } from '../support/netns.js';

/** As the README has it. */
const FOLLOW_IN_PYTHON = `
import json, socket, sys
with socket.socket(socket.AF_UNIX) as events:
    events.connect(sys.argv[1])
    for line in events.makefile():
        told = json.loads(line)
        if told["type"] in ("session", "session-created", "session-state"):
            print(told["key"], "is", told["state"], flush=True)
`;

describe('The event socket of an engine with a peer', () => {
  let pair: NamespacePair;
  let engine: TestEngine;
  let peer: TestEngine;
  const followers: EventFollower[] = [];
  const key = 'ip-sh/eth0/192.0.2.2';

  beforeAll(async () => {
    pair = await NamespacePair.create();
  });

  afterAll(async () => {
    await pair.dispose();
  });

  beforeEach(async () => {
    engine = await TestEngine.start(pair.left);
    peer = await TestEngine.start(pair.right);
  });

  afterEach(async () => {
    followers.splice(0).forEach((follower) => follower.close());
    await engine.stop();
    await peer.stop();
  });

  function follow(): EventFollower {
    const follower = new EventFollower(engine.eventSocket);
    followers.push(follower);
    return follower;
  }

  async function comeUp(): Promise<void> {
    await engine.set(ipShSession('192.0.2.2'));
    await peer.set(ipShSession('192.0.2.1'));
    await engine.until(key, ({ localState }) => localState === 'up');
  }

  it('is for its user alone', async () => {
    const { mode } = await stat(engine.eventSocket);
    expect(mode & 0o777).toBe(0o600);
  });

  it('tells what there is, and every change of state after that, numbered without a gap', async () => {
    const follower = follow();
    await follower.line('snapshot-end');
    await comeUp();
    await follower.line('session-state', ({ state }) => state === 'up');
    await engine.remove(key);
    await follower.line('session-deleted');

    const numbers = follower.lines.flatMap((line) => ('sequence' in line ? [line.sequence] : []));
    expect(numbers).toEqual(numbers.map((_, index) => index));
    expect(follower.lines[0]).toMatchObject({ type: 'snapshot', sessions: 0, tunnels: 0 });
    expect(follower.lines.find(({ type }) => type === 'session-created')).toMatchObject({
      key,
      kind: 'ip-sh',
      state: 'down',
    });
  });

  it('has a session that is Up in the snapshot of who comes later, and tells it why it went down', async () => {
    await comeUp();
    const follower = follow();
    expect(await follower.line('session')).toMatchObject({ key, state: 'up', source: '192.0.2.1' });
    await pair.cut();
    try {
      const { verdict, explanation } = await follower.line('session-state', ({ from }) => from === 'up');
      expect(verdict).toBe('path-down');
      expect(explanation).toContain('the way to the peer is gone');
    } finally {
      await pair.connect();
    }
  });

  it('goes on while no agent is connected', async () => {
    await comeUp();
    const follower = follow();
    await follower.line('snapshot-end');
    engine.link.close();
    await peer.remove('ip-sh/eth0/192.0.2.1');
    expect(await follower.line('session-state')).toMatchObject({ from: 'up', diagnostic: 'neighbor-down' });
  });

  it('tells that the engine ends, after the sessions that go to AdminDown with it', async () => {
    await comeUp();
    const follower = follow();
    await follower.line('snapshot-end');
    await engine.stop();
    await follower.closed;
    expect(follower.lines.slice(-2)).toMatchObject([
      { type: 'session-state', from: 'up', state: 'admin-down' },
      { type: 'end', reason: 'the engine ends' },
    ]);
  });

  it('turns away who comes when sixteen follow, and who talks instead of listening', async () => {
    const admitted = Array.from({ length: 16 }, () => follow());
    for (const follower of admitted) await follower.line('snapshot-end');
    expect(await follow().line('end')).toMatchObject({ reason: '16 programs follow already' });
    const [talker] = admitted;
    talker?.socket.write('x'.repeat(10_000));
    expect(await talker?.line('end')).toMatchObject({ reason: 'this socket is there to be read' });
  });

  it('is read by `bfd-agent watch`, for people, and by a few lines of Python', async () => {
    await comeUp();
    const watch = startProgram(['watch', '--event-socket', engine.eventSocket]);
    const python = new Child('python3', ['-c', FOLLOW_IN_PYTHON, engine.eventSocket]);
    try {
      await watch.line(/ 1 session, 0 tunnels$/);
      await watch.line(/ up {10}ip-sh\/eth0\/192\.0\.2\.2 {2}192\.0\.2\.1 → 192\.0\.2\.2$/);
      await python.line(/^ip-sh\/eth0\/192\.0\.2\.2 is up$/);
      await peer.remove('ip-sh/eth0/192.0.2.1');
      await watch.line(/ up → down .* neighbor-down: the peer said so/);
      await python.line(/^ip-sh\/eth0\/192\.0\.2\.2 is down$/);
      await engine.stop();
      expect(await watch.exited).toBe(1);
      expect(watch.stderr.at(-1)).toBe(`bfd-agent: watch ${engine.eventSocket}: the engine ends`);
    } finally {
      await watch.stop();
      await python.stop();
    }
  });
});

describe('The event socket of an agent', () => {
  it('is events.sock in its state folder, where `watch` finds it', async () => {
    const agent = await Agent.start();
    try {
      await agent.child.wait(
        () => agent.child.stderr.find((line) => line.includes('engine ready')),
        'engine',
        20_000,
      );
      const watch = startProgram(['watch', '--state-dir', agent.stateDir, '--json']);
      expect(JSON.parse((await watch.line(/^.*"snapshot".*$/))[0])).toMatchObject({
        type: 'snapshot',
        sequence: 0,
      });
      await watch.stop();
    } finally {
      await agent.dispose();
    }
  });

  it('that is another program’s keeps the sessions from nothing: the engine runs without one', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'bfd-events-test-'));
    const path = join(folder, 'events.sock');
    const other = createServer().listen(path);
    const args = ['engine', '--socket', join(folder, 'engine.sock'), '--event-socket', path];
    const engine = startProgram(args);
    try {
      const line = await engine.wait(
        () => engine.stderr.find((text) => text.includes('no event socket')),
        'complaint',
        20_000,
      );
      expect(line).toContain('already serves');
      await engine.wait(() => engine.stderr.find((text) => text.includes('engine ready')), 'engine', 20_000);
    } finally {
      await engine.stop();
      other.close();
      await rm(folder, { recursive: true });
    }
  });

  it('that is not there is what `watch` says', async () => {
    const watch = startProgram(['watch', '--event-socket', '/nowhere/events.sock']);
    expect(await watch.exited).toBe(1);
    expect(watch.stderr).toEqual([
      'bfd-agent: watch /nowhere/events.sock: connect ENOENT /nowhere/events.sock',
    ]);
  });
});
