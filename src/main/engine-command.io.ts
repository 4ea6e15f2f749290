import { pino, type Logger } from 'pino';
import { EngineHost } from '../bfd/engine/engine-host.io.js';
import type { EngineEvent } from '../bfd/engine/session-model.js';
import { EngineServer } from '../link/engine-server.js';
import { listenForAgent, type EngineSocket } from '../link/engine-socket.io.js';
import { requestRealTimePriority } from '../net/real-time.io.js';
import { StartError } from './start-error.js';

export interface EngineCommandOptions {
  /** Where the agent connects. */
  readonly socketPath: string;
  /** A level of pino. */
  readonly logLevel: string;
}

/** What a reader of the log that is slow may leave in our memory; what comes then is lost. */
const UNWRITTEN_LOG_MAX = 1024 * 1024;
/** In the middle, so that an operator can place other programs above and below. */
const REAL_TIME_PRIORITY = 50;

/**
 * Runs the BFD engine as the process that this is: resolves when it has been told to end by SIGTERM or
 * SIGINT, and every session has told its peer.
 *
 * @throws StartError when the engine cannot start
 */
export async function runEngine(options: EngineCommandOptions): Promise<void> {
  const log = pino({ name: 'engine', level: options.logLevel }, logDestination());
  // From here on, so that a signal that comes early is not lost.
  const ended = untilSignal();
  const { host, socket } = await start(options, log);
  askForRealTime(log);
  log.info({ pid: process.pid, socket: options.socketPath }, 'engine ready');

  const signal = await ended;
  log.info({ signal }, 'engine ends; all sessions go to AdminDown');
  socket.close();
  await host.stop();
  process.exit(0);
}

interface RunningEngine {
  readonly host: EngineHost;
  readonly socket: EngineSocket;
}

async function start(options: EngineCommandOptions, log: Logger): Promise<RunningEngine> {
  let host: EngineHost | null = null;
  try {
    host = new EngineHost(
      (event) => {
        server.publish(event);
        logEvent(log, event);
      },
      (error) => endAtOnce(log, error),
    );
    const server = new EngineServer({ control: host, log, pid: process.pid, defer: setImmediate });
    await host.start();
    return { host, socket: await listenForAgent(options.socketPath, server) };
  } catch (error) {
    await host?.stop();
    throw new StartError(`engine: ${error instanceof Error ? error.message : String(error)}`);
  }
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
  const { key, from, to, localDiagnostic, report } = event;
  log.info({ key, from, to, localDiagnostic, remoteDiagnostic: report.remoteDiagnostic }, 'session state');
}

function askForRealTime(log: Logger): void {
  const obstacle = requestRealTimePriority(REAL_TIME_PRIORITY);
  if (obstacle === null) {
    log.info({ priority: REAL_TIME_PRIORITY }, 'real-time priority');
  } else {
    log.warn({ obstacle }, 'no real-time priority: under load sessions may be slow to send and to detect');
  }
}

function endAtOnce(log: Logger, error: unknown): never {
  log.fatal({ err: error }, 'engine fails');
  process.exit(1);
}
