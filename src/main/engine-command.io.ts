import { readFile } from 'node:fs/promises';
import { pino, type Logger } from 'pino';
import type { StateChangeEvent } from '../bfd/engine/session-model.js';
import { downText } from '../bfd/recorder/down-text.js';
import { Backlog } from '../link/events/backlog.js';
import { EngineServer } from '../link/engine-server.js';
import { EngineFollowing } from './engine-following.io.js';
import { shardOfSession, shardPath } from '../link/session-shard.js';
import type { Shard } from '../net/shard-steering.js';
import { listenForAgent } from '../link/engine-socket.io.js';
import { DeviceHost } from '../mpls/engine/device-host.io.js';
import type { EngineEvent } from '../mpls/engine-model.js';
import type { MplsEvent } from '../mpls/mpls-model.js';
import { EngineWorkers, READY_LINE } from './engine-workers.io.js';
import { launchEngine, type Launch } from './engine-launch.io.js';
import { rehearseEngine, type RestOfRehearsal } from './engine-rehearsal.io.js';
import { parseSessionFile } from './session-file.js';
import { StartError } from './start-error.js';
import { StateLines } from './state-lines.js';
import { stateOutput } from './state-output.io.js';
import { reasonOf } from '../lib/reason-of.js';

/** Who says what sessions there shall be. */
export type EngineSource =
  /** An agent that connects to this Unix socket. */
  | { readonly type: 'agent'; readonly socketPath: string }
  /** A file; changes of state go to standard output. */
  | { readonly type: 'file'; readonly path: string };

/** What a reader of the log that is slow may leave in our memory; what comes then is lost. */
const UNWRITTEN_LOG_MAX = 1024 * 1024;

/** Events that are written for the agent and the log in one turn of the event loop; it takes a millisecond. */
const EVENTS_PER_TURN = 16;

/** So many come Up sooner when more has been rehearsed first. */
const MANY_SESSIONS = 1000;
/** Beside more than so many nothing is rehearsed: they shall not be late for it. */
const FEW_SESSIONS = 100;

/** How an engine is run. */
export interface EngineRunOptions {
  readonly source: EngineSource;
  /** Path of the Unix socket that tells other programs of changes. */
  readonly eventSocket: string | undefined;
  /** A level of pino. */
  readonly logLevel: string;
  /** Which of several engines this is; the first starts the others. */
  readonly shard: Shard;
}

/**
 * Runs the BFD engine as the process that this is: resolves when it has been told to end by SIGTERM or
 * SIGINT, and every session has told its peer.
 *
 * @throws StartError when the engine cannot start
 */
export async function runEngine(options: EngineRunOptions): Promise<void> {
  const { eventSocket, logLevel, shard } = options;
  const launch = tryLaunch();
  const log = pino({ name: 'engine', level: logLevel }, logDestination());
  // From here on, so that a signal that comes early is not lost.
  const ended = untilTold(shard);
  const workers = new EngineWorkers();
  const { host, following, close, rest } = await start(options, workers, log);
  await following.serve(eventSocket === undefined ? undefined : shardPath(eventSocket, shard.index));
  tellTransmission(host, log);
  tellPriority(launch, log);
  log.info({}, 'engine ready');
  rest.goOn(() => host.keys().length <= FEW_SESSIONS);

  const signal = await ended;
  log.info({ signal }, 'engine ends; all sessions go to AdminDown');
  close();
  await Promise.all([host.stop(), workers.stop()]);
  await following.close('the engine ends');
  process.exit(0);
}

function tryLaunch(): Launch {
  try {
    return launchEngine();
  } catch (error) {
    throw new StartError(`engine: ${reasonOf(error)}`);
  }
}

interface RunningEngine {
  readonly host: DeviceHost;
  readonly following: EngineFollowing;
  readonly rest: RestOfRehearsal;
  readonly close: () => void;
}

async function start(options: EngineRunOptions, workers: EngineWorkers, log: Logger): Promise<RunningEngine> {
  const { shard, source } = options;
  const startHost: StartHost = async (host) => {
    const rest = rehearseEngine(host.transmitter, logEvent, log);
    await host.start();
    try {
      await startOthers(options, workers, log);
      return rest;
    } catch (error) {
      await host.stop();
      throw error;
    }
  };
  try {
    return source.type === 'agent'
      ? await serveAgent(shardPath(source.socketPath, shard.index), shard, startHost, log)
      : await runFile(source.path, shard, startHost, log);
  } catch (error) {
    await workers.stop();
    throw new StartError(`engine: ${reasonOf(error)}`);
  }
}

/** Starts it after it has rehearsed what cannot wait. */
type StartHost = (host: DeviceHost) => Promise<RestOfRehearsal>;

/** The sockets of this engine are open: the next one opens its own. */
async function startOthers(options: EngineRunOptions, workers: EngineWorkers, log: Logger): Promise<void> {
  const { eventSocket, logLevel, shard, source } = options;
  if (shard.index > 0) {
    process.stdout.write(`${READY_LINE}\n`);
    return;
  }
  const from = source.type === 'agent' ? ['--socket', source.socketPath] : ['--sessions', source.path];
  const events = eventSocket === undefined ? [] : ['--event-socket', eventSocket];
  const common = ['engine', ...from, ...events, '--log-level', logLevel, '--engines', String(shard.count)];
  await workers.start({
    count: shard.count,
    args: (index) => [...common, '--engine-index', String(index)],
    // Its sockets have places among those of the others that no later one can take: all begin anew.
    failed: (index, how) => endAtOnce(log, new Error(`engine ${index} has ended: ${how}`)),
  });
}

async function serveAgent(
  socketPath: string,
  shard: Shard,
  startHost: StartHost,
  log: Logger,
): Promise<RunningEngine> {
  const host = new DeviceHost(
    (event) => {
      following.control.handle(event);
      told.add(event);
    },
    (error) => endAtOnce(log, error),
    shard,
  );
  const following = new EngineFollowing(host, log);
  const told = new Backlog<EngineEvent>(EVENTS_PER_TURN, setImmediate, (events) => {
    for (const event of events) {
      server.publish(event);
      logEvent(log, event);
    }
  });
  const server = new EngineServer({
    control: following.control,
    log,
    pid: process.pid,
    engines: shard.count,
    defer: setImmediate,
  });
  const rest = await startHost(host);
  try {
    const socket = await listenForAgent(socketPath, server);
    return {
      host,
      following,
      rest,
      close: () => {
        told.flush();
        socket.close();
      },
    };
  } catch (error) {
    await host.stop();
    throw error;
  }
}

async function runFile(
  path: string,
  shard: Shard,
  startHost: StartHost,
  log: Logger,
): Promise<RunningEngine> {
  const sessions = parseSessionFile(await readFile(path, 'utf8'));
  if (!sessions.ok) {
    throw new Error(`${path}: ${sessions.error}`);
  }
  const own = sessions.value.filter((session) => shardOfSession(session, shard.count) === shard.index);
  const clockMs = preciseClock();
  const lines = new StateLines(own, stateOutput(log));
  const host = new DeviceHost(
    (event) => {
      following.control.handle(event);
      if (event.type === 'state-change') lines.tell(event, clockMs());
    },
    (error) => endAtOnce(log, error),
    shard,
  );
  const following = new EngineFollowing(host, log);
  const rest = await startHost(host);
  if (own.length >= MANY_SESSIONS) {
    rest.prepareForMany();
  }
  try {
    for (const { key, reason } of following.control.set(own)) {
      log.error({ key, reason }, 'session refused');
    }
  } catch (error) {
    await host.stop();
    throw error;
  }
  const reports = () => host.keys().flatMap((key) => host.report(key) ?? []);
  return { host, following, rest, close: () => lines.summarize(reports()) };
}

/**
 * Milliseconds since 1970 with their fraction: `Date` tells whole ones, and `performance.timeOrigin` is off
 * by some. Looks at both for a moment: the greatest difference is that right after `Date` has moved on.
 */
function preciseClock(): () => number {
  const untilMs = performance.now() + 5;
  let offsetMs = -Infinity;
  while (performance.now() < untilMs) {
    offsetMs = Math.max(offsetMs, Date.now() - performance.now());
  }
  return () => offsetMs + performance.now();
}

/** Writes in the background: sessions must not wait for whoever reads the log. */
function logDestination(): ReturnType<typeof pino.destination> {
  return pino.destination({ dest: 2, sync: false, maxLength: UNWRITTEN_LOG_MAX });
}

/** A signal, or the end of the engine that has started this one. */
function untilTold({ index }: Shard): Promise<string> {
  return new Promise((resolve) => {
    if (index > 0) {
      process.stdin.resume().once('end', () => resolve('end of the first engine'));
      process.stdin.unref();
    }
    process.on('SIGTERM', resolve);
    process.on('SIGINT', resolve);
    // The terminal that the agent was started from may go.
    process.on('SIGHUP', () => undefined);
  });
}

function logEvent(log: Logger, event: EngineEvent): void {
  if (event.type === 'state-change') {
    logStateChange(log, event);
  } else {
    logLspEvent(log, event);
  }
}

/** What is known of a session besides is for those who read its state. */
function logLspEvent(log: Logger, event: MplsEvent): void {
  const { type, timeMs: _, ...rest } = event;
  const { lsp: __, ...told } = { lsp: null, ...rest };
  log.info(told, type);
}

function logStateChange(log: Logger, event: StateChangeEvent): void {
  const { key, from, to, localDiagnostic, report } = event;
  const { downRecord, remoteDiagnostic } = report;
  const why =
    from === 'up' && downRecord !== undefined
      ? { verdict: downRecord.verdict, why: downText(downRecord) }
      : {};
  log.info({ key, from, to, localDiagnostic, remoteDiagnostic, ...why }, 'session state');
}

function tellTransmission(host: DeviceHost, log: Logger): void {
  const obstacle = host.rawObstacle;
  if (obstacle !== null) {
    log.warn({ obstacle }, 'no raw socket: every session sends by a socket of its own, at a higher cost');
  }
}

function tellPriority({ realTimePriority, priorityObstacle }: Launch, log: Logger): void {
  if (realTimePriority !== null) {
    log.info({ priority: realTimePriority }, 'real-time priority');
  } else {
    const obstacle = priorityObstacle;
    log.warn({ obstacle }, 'no real-time priority: under load sessions may be slow to send and to detect');
  }
}

function endAtOnce(log: Logger, error: unknown): never {
  log.fatal({ err: error }, 'engine fails');
  process.exit(1);
}
