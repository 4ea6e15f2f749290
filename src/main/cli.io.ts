import { Command, InvalidArgumentError, Option } from 'commander';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { EngineSource } from './engine-command.io.js';
import { eventSocketIn } from './state-dir-paths.io.js';
import { type ListenAddress, parseListenAddress } from './listen-address.js';
import { StartError } from './start-error.js';

/** One level of pino, from the most to the least talkative. */
const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
type LogLevel = (typeof logLevels)[number];

/** More share nothing more: two or three carry what a host has. */
const ENGINES_MAX = 16;

interface GivenRunOptions {
  readonly stateDir: string;
  readonly netconf?: readonly ListenAddress[];
  readonly init?: string;
  readonly boot: 'running' | 'startup';
  readonly engineSocket?: string;
  readonly eventSocket?: string;
  readonly extraModules?: readonly string[];
  readonly engines: number;
  readonly rsaHostKey?: true;
  readonly recoveryUser?: string;
  readonly logLevel: LogLevel;
}

interface WatchOptions {
  readonly stateDir: string;
  readonly eventSocket?: string;
  readonly json?: true;
}

interface EngineOptions {
  readonly engines: number;
  readonly engineIndex: number;
  readonly socket?: string;
  readonly sessions?: string;
  readonly eventSocket?: string;
  readonly logLevel: LogLevel;
}

/** The command line: reads `argv` (as process.argv), runs the subcommand, sets the exit status. */
export async function main(argv: readonly string[]): Promise<void> {
  try {
    await program().parseAsync(argv);
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    process.stderr.write(`bfd-agent: ${error.message}\n`);
    process.exitCode = 1;
  }
}

function program(): Command {
  const command = new Command('bfd-agent')
    .description('NETCONF/YANG agent that runs Bidirectional Forwarding Detection (BFD)')
    .showSuggestionAfterError(false)
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error:/, 'bfd-agent:')) });
  // After the settings that subcommands inherit.
  addRun(command);
  addEngine(command);
  addWatch(command);
  return command;
}

function addRun(command: Command): void {
  command
    .command('run')
    .description('run the agent: NETCONF over SSH, the datastores, and an engine for the sessions')
    .addOption(stateDirOption('folder of the configuration and the host keys, made when absent'))
    .option(
      '--netconf <addr:port>',
      'where to listen, an IPv6 address in brackets; may be repeated (default: 127.0.0.1:8300)',
      collect(parseListen),
    )
    .option('--init <file>', 'XML <config>: the first configuration when the state folder has none')
    .addOption(
      new Option('--boot <datastore>', 'begin with running as it was committed last, or with startup')
        .choices(['running', 'startup'])
        .default('running'),
    )
    .option('--engine-socket <path>', 'use the engine that listens there (default: start one)')
    .option(
      '--event-socket <path>',
      'where the engine that is started tells other programs of changes (default: events.sock in the state folder)',
    )
    .option(
      '--extra-modules <dir>',
      'YANG modules to serve, validate and store without a handler; may be repeated',
      collect((text: string) => text),
    )
    .addOption(enginesOption())
    .option('--rsa-host-key', 'have an RSA host key besides the ed25519 one')
    .option('--recovery-user <name>', 'a user for whom no access control (NACM) holds, to repair its rules')
    .addOption(logLevelOption())
    .action(async (options: GivenRunOptions) => {
      const { launchAgent } = await import('./agent-launch.io.js');
      launchAgent();
      const { runAgent } = await import('./run-command.io.js');
      await runAgent({
        ...options,
        netconf: options.netconf ?? [{ host: '127.0.0.1', port: 8300 }],
        extraModules: options.extraModules ?? [],
        rsaHostKey: options.rsaHostKey ?? false,
      });
    });
}

function addEngine(command: Command): void {
  command
    .command('engine')
    .description('run the engine alone: it holds the sessions of an agent or of a file')
    .option('--socket <path>', 'Unix socket to listen on for the agent')
    .option('--sessions <file>', 'run the sessions of a JSON file, and print their changes of state')
    .option('--event-socket <path>', 'Unix socket that tells other programs of changes, in lines of JSON')
    .addOption(enginesOption())
    .addOption(new Option('--engine-index <i>').argParser(Number).default(0).hideHelp())
    .addOption(logLevelOption())
    .action(async ({ socket, sessions, eventSocket, logLevel, engines, engineIndex }: EngineOptions) => {
      const { runEngine } = await import('./engine-command.io.js');
      const shard = { index: engineIndex, count: engines };
      await runEngine({ source: engineSource(socket, sessions), eventSocket, logLevel, shard });
    });
}

function addWatch(command: Command): void {
  command
    .command('watch')
    .description('print what sessions and tunnels there are, and what becomes of them, until interrupted')
    .addOption(stateDirOption('folder of the agent whose engine is watched'))
    .option('--event-socket <path>', 'event socket of the engine (default: events.sock in the state folder)')
    .option('--json', 'print the lines of JSON as they come')
    .action(async ({ stateDir, eventSocket, json }: WatchOptions) => {
      const { watchEvents } = await import('./watch-command.io.js');
      await watchEvents(eventSocket ?? eventSocketIn(stateDir), json ? 'json' : 'text');
    });
}

function engineSource(socketPath: string | undefined, sessionsFile: string | undefined): EngineSource {
  if (socketPath !== undefined && sessionsFile === undefined) return { type: 'agent', socketPath };
  if (socketPath === undefined && sessionsFile !== undefined) return { type: 'file', path: sessionsFile };
  throw new StartError('engine: give either --socket or --sessions');
}

function stateDirOption(description: string): Option {
  return new Option('--state-dir <dir>', description).env('BFD_AGENT_STATE_DIR').default(defaultStateDir());
}

function enginesOption(): Option {
  return new Option('--engines <n>', `processes that share the sessions, up to ${ENGINES_MAX}`)
    .argParser(parseEngines)
    .default(1);
}

function parseEngines(text: string): number {
  const engines = Number(text);
  if (!Number.isInteger(engines) || engines < 1 || engines > ENGINES_MAX) {
    throw new InvalidArgumentError(`1 to ${ENGINES_MAX} engines`);
  }
  return engines;
}

function logLevelOption(): Option {
  return new Option('--log-level <level>', 'how much to log on stderr').choices(logLevels).default('info');
}

function defaultStateDir(): string {
  const home = process.env['XDG_STATE_HOME'] || join(homedir(), '.local', 'state');
  return join(home, 'bfd-agent');
}

function parseListen(text: string): ListenAddress {
  const parsed = parseListenAddress(text);
  if (!parsed.ok) throw new InvalidArgumentError(parsed.error);
  return parsed.value;
}

/** Gathers the values of an option that may be repeated. */
function collect<T>(parse: (text: string) => T) {
  return (text: string, previous: readonly T[] | undefined): readonly T[] => [
    ...(previous ?? []),
    parse(text),
  ];
}
