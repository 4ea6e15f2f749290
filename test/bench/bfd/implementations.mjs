import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { INTERFACE } from './network.mjs';

/**
 * The implementations that are compared: how each is started with the same sessions, and where its
 * changes of state can be read. All run at real-time priority.
 *
 * @typedef {object} Side
 * @property {string} namespace
 * @property {string} folder of the side alone
 * @property {readonly { readonly own: string, readonly peer: string }[]} sessions
 * @property {number} intervalMs
 * @property {number} multiplier
 *
 * @typedef {{ readonly timeS: number, readonly peer: string, readonly up: boolean }} StateChange
 *
 * @typedef {object} Running
 * @property {number} pid of the process whose work counts
 * @property {() => readonly StateChange[]} changes all so far
 * @property {() => Promise<void>} stop
 *
 * @typedef {{ readonly name: string, readonly start: (side: Side) => Promise<Running> }} Implementation
 */

const program = fileURLToPath(new URL('../../../dist/bfd-agent.js', import.meta.url));
const PRIORITY = ['chrt', '-r', '10'];
const FRR = '/usr/lib/frr';

/** @type {Implementation} */
export const bfdAgent = {
  name: 'bfd-agent',
  start: (side) =>
    startCommand(side, [process.execPath, program, 'engine', '--log-level', 'warn', '--sessions']),
};

/**
 * Any program that is given the file of sessions as its last argument and prints a line for every change
 * of state, as `bfd-agent engine --sessions` does.
 *
 * @param {string} name
 * @param {readonly string[]} command
 * @returns {Implementation}
 */
export function otherProgram(name, command) {
  return { name, start: (side) => startCommand(side, command) };
}

/** @type {Implementation} */
export const bird = {
  name: 'BIRD',
  async start(side) {
    const { folder, intervalMs, multiplier, sessions } = side;
    const log = join(folder, 'bird.log');
    const file = join(folder, 'bird.conf');
    const timers = `interval ${intervalMs} ms; multiplier ${multiplier}; idle tx interval 1000 ms;`;
    writeFileSync(
      file,
      [
        `log "${log}" all;`,
        'timeformat log iso long us;',
        'router id 192.0.2.1;',
        'protocol device { scan time 3600; }',
        `protocol bfd { debug { events }; interface "${INTERFACE}" { ${timers} };`,
        ...sessions.map(({ own, peer }) => `neighbor ${peer} dev "${INTERFACE}" local ${own};`),
        '}\n',
      ].join('\n'),
    );
    const own = ['-f', '-c', file, '-s', join(folder, 'bird.ctl'), '-P', join(folder, 'bird.pid')];
    const child = run(side, ['bird', ...own]);
    const pattern = /^(\S+ [0-9:.]+) <TRACE> \S+ Session to (\S+) changed state from \S+ to (\S+)/gm;
    return running(child, log, pattern, ([, time = '', peer = '', to = '']) => ({
      timeS: Date.parse(time.slice(0, 23)) / 1000 + Number(`0.000${time.slice(23)}`),
      peer,
      up: to === 'Up',
    }));
  },
};

/** @type {Implementation} */
export const frr = {
  name: 'FRR',
  async start(side) {
    const { folder, intervalMs, multiplier, sessions } = side;
    // Its daemons run as the user frr.
    chmodSync(folder, 0o777);
    const log = join(folder, 'bfdd.log');
    writeFileSync(join(folder, 'zebra.conf'), 'hostname zebra\n');
    writeFileSync(
      join(folder, 'bfdd.conf'),
      [
        `hostname bfdd\nlog file ${log} debugging\nlog timestamp precision 6\ndebug bfd peer\nbfd`,
        ` profile all\n  receive-interval ${intervalMs}\n  transmit-interval ${intervalMs}`,
        `  detect-multiplier ${multiplier}\n exit`,
        ...sessions.map(
          ({ own, peer }) =>
            ` peer ${peer} local-address ${own} interface ${INTERFACE}\n  profile all\n exit`,
        ),
        'exit\n',
      ].join('\n'),
    );
    const zebra = daemon(side, 'zebra', ['-s', '90000000']);
    const socket = join(folder, 'zserv.api');
    for (let wait = 0; wait < 100 && !existsSync(socket); wait += 1) await sleep(50);
    await sleep(500);
    const bfdd = daemon(side, 'bfdd', ['--bfdctl', join(folder, 'bfdd.sock')]);
    const pattern = /^(\S+ [0-9:.]+) BFD: .*state-change: \[?mhop:\S+ peer:(\S+).*?\] \S+ -> (\S+)/gm;
    const found = running(bfdd, log, pattern, ([, time = '', peer = '', to = '']) => ({
      timeS: Date.parse(time.slice(0, 23)) / 1000 + Number(`0.000${time.slice(23)}`),
      peer,
      up: to.toLowerCase() === 'up',
    }));
    return {
      ...found,
      async stop() {
        await found.stop();
        await end(zebra);
      },
    };
  },
};

/**
 * @param {Side} side
 * @param {string} name
 * @param {readonly string[]} more
 */
function daemon(side, name, more) {
  const { folder } = side;
  const common = [
    '-u',
    'frr',
    '-g',
    'frr',
    '--vty_socket',
    folder,
    '-z',
    join(folder, 'zserv.api'),
    '-P',
    '0',
  ];
  const files = ['-i', join(folder, `${name}.pid`), '-f', join(folder, `${name}.conf`)];
  return run(side, [join(FRR, name), ...common, ...files, ...more]);
}

/**
 * @param {Side} side
 * @param {readonly string[]} command
 */
async function startCommand(side, command) {
  const child = run(side, [...command, writeSessions(side)]);
  const pattern = /^(\d+\.\d+) (\S+) \S+ \S+ (\S+)$/gm;
  return running(child, join(side.folder, 'output'), pattern, ([, time = '', peer = '', to = '']) => ({
    timeS: Number(time),
    peer,
    up: to === 'up',
  }));
}

/**
 * Writes the sessions of a side to a file of its folder, for programs that read such; answers its path.
 *
 * @param {Side} side
 */
export function writeSessions({ folder, intervalMs, multiplier, sessions }) {
  const file = join(folder, 'sessions.json');
  const list = sessions.map(({ own, peer }) => ({ local: own, peer }));
  writeFileSync(
    file,
    JSON.stringify({ interface: INTERFACE, interval_ms: intervalMs, multiplier, sessions: list }),
  );
  return file;
}

/**
 * Its output goes to the file `output` of the side's folder.
 *
 * @param {Side} side
 * @param {readonly string[]} command
 */
function run({ folder, namespace }, command) {
  mkdirSync(folder, { recursive: true });
  const output = openSync(join(folder, 'output'), 'a');
  return spawn('ip', ['netns', 'exec', namespace, ...PRIORITY, ...command], {
    stdio: ['ignore', output, output],
  });
}

/**
 * @param {import('node:child_process').ChildProcess} child
 * @param {string} log
 * @param {RegExp} pattern
 * @param {(match: RegExpMatchArray) => StateChange} read
 * @returns {Running}
 */
function running(child, log, pattern, read) {
  return {
    pid: child.pid ?? 0,
    changes: () => (existsSync(log) ? [...readFileSync(log, 'utf8').matchAll(pattern)].map(read) : []),
    stop: () => end(child),
  };
}

/** @param {import('node:child_process').ChildProcess} child */
async function end(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const hard = setTimeout(() => child.kill('SIGKILL'), 5000);
  await ended;
  clearTimeout(hard);
}
