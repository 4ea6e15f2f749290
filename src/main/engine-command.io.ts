import { readFile } from 'node:fs/promises';
import { pino, type Logger } from 'pino';
import type { StateChangeEvent } from '../bfd/engine/session-model.js';
import { downText } from '../bfd/recorder/down-text.js';
import { EngineServer } from '../link/engine-server.js';
import { EngineFollowing } from './engine-following.io.js';
import { listenForAgent } from '../link/engine-socket.io.js';
import { DeviceHost } from '../mpls/engine/device-host.io.js';
import type { EngineEvent } from '../mpls/engine-model.js';
import type { MplsEvent } from '../mpls/mpls-model.js';
import { launchEngine, type Launch } from './engine-launch.io.js';
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

/** How an engine is run. */
export interface EngineRunOptions {
  readonly source: EngineSource;
  /** Path of the Unix socket that tells other programs of changes. */
  readonly eventSocket: string | undefined;
  /** A level of pino. */
  readonly logLevel: string;
}

/**
 * Runs the BFD engine as the process that this is: resolves when it has been told to end by SIGTERM or
 * SIGINT, and every session has told its peer.
 *
 * @throws StartError when the engine cannot start
 */
export async function runEngine({ source, eventSocket, logLevel }: EngineRunOptions): Promise<void> {
  const launch = tryLaunch();
  const log = pino({ name: 'engine', level: logLevel }, logDestination());
  // From here on, so that a signal that comes early is not lost.
  const ended = untilSignal();
  const { host, following, close } = await start(source, log);
  await following.serve(eventSocket);
  tellTransmission(host, log);
  tellPriority(launch, log);
  log.info({}, 'engine ready');

  const signal = await ended;
  log.info({ signal }, 'engine ends; all sessions go to AdminDown');
  close();
  await host.stop();
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
  readonly close: () => void;
}

async function start(source: EngineSource, log: Logger): Promise<RunningEngine> {
  try {
    return source.type === 'agent'
      ? await serveAgent(source.socketPath, log)
      : await runFile(source.path, log);
  } catch (error) {
    throw new StartError(`engine: ${reasonOf(error)}`);
  }
}

async function serveAgent(socketPath: string, log: Logger): Promise<RunningEngine> {
  const host = new DeviceHost(
    (event) => {
      following.control.handle(event);
      server.publish(event);
      logEvent(log, event);
    },
    (error) => endAtOnce(log, error),
  );
  const following = new EngineFollowing(host, log);
  const server = new EngineServer({ control: following.control, log, pid: process.pid, defer: setImmediate });
  await host.start();
  try {
    const socket = await listenForAgent(socketPath, server);
    return { host, following, close: () => socket.close() };
  } catch (error) {
    await host.stop();
    throw error;
  }
}

async function runFile(path: string, log: Logger): Promise<RunningEngine> {
  const sessions = parseSessionFile(await readFile(path, 'utf8'));
  if (!sessions.ok) {
    throw new Error(`${path}: ${sessions.error}`);
  }
  const clockMs = preciseClock();
  const lines = new StateLines(sessions.value, stateOutput(log));
  const host = new DeviceHost(
    (event) => {
      following.control.handle(event);
      if (event.type === 'state-change') lines.tell(event, clockMs());
    },
    (error) => endAtOnce(log, error),
  );
  const following = new EngineFollowing(host, log);
  await host.start();
  try {
    for (const { key, reason } of following.control.set(sessions.value)) {
      log.error({ key, reason }, 'session refused');
    }
  } catch (error) {
    await host.stop();
    throw error;
  }
  const reports = () => host.keys().flatMap((key) => host.report(key) ?? []);
  return { host, following, close: () => lines.summarize(reports()) };
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

function untilSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
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
