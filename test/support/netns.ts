import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);
const PREFIX = 'bfdtest';
const FOLDER = '/run/netns';
let made = 0;

/** A network namespace of the test's own. */
export class Namespace {
  readonly name: string;
  /** Its end of the link. */
  readonly interfaceName = 'eth0';
  /** The IPv4 address of that end, in a /24. */
  readonly address: string;

  constructor(name: string, address: string) {
    this.name = name;
    this.address = address;
  }

  /** Command and arguments that run a program in the namespace, for spawn. */
  command(program: string, args: readonly string[]): [string, string[]] {
    return ['ip', ['netns', 'exec', this.name, program, ...args]];
  }

  /** Runs a program in the namespace to its end; answers what it printed. */
  async exec(program: string, args: readonly string[]): Promise<string> {
    const { stdout } = await run(...this.command(program, args), { maxBuffer: 16 * 1024 * 1024 });
    return stdout;
  }

  /** Runs `ip` on the namespace, for example `ip('link', 'set', 'eth0', 'down')`. */
  async ip(...args: readonly string[]): Promise<string> {
    const { stdout } = await run('ip', ['-n', this.name, ...args]);
    return stdout;
  }
}

/**
 * Two namespaces joined by one link: `eth0` with 192.0.2.1/24 on the left, `eth0` with 192.0.2.2/24 on the
 * right, loopback up in both. Several pairs can exist at a time, also those of several test processes.
 */
export class NamespacePair {
  readonly left: Namespace;
  readonly right: Namespace;

  private constructor(left: Namespace, right: Namespace) {
    this.left = left;
    this.right = right;
  }

  /** @throws Error when the tests do not run as root: namespaces need it */
  static async create(): Promise<NamespacePair> {
    if (process.getuid?.() !== 0) {
      throw new Error('this test makes network namespaces: run the tests as root');
    }
    await removeLeftovers();
    made += 1;
    const name = `${PREFIX}-${process.pid}-${made}`;
    const pair = new NamespacePair(
      new Namespace(`${name}-a`, '192.0.2.1'),
      new Namespace(`${name}-b`, '192.0.2.2'),
    );
    await run('ip', ['netns', 'add', pair.left.name]);
    await run('ip', ['netns', 'add', pair.right.name]);
    await pair.connect();
    return pair;
  }

  /** Makes the link, its addresses included; for a second time after `cut`. */
  async connect(): Promise<void> {
    const { left, right } = this;
    const ends = ['name', 'eth0', 'netns', left.name, 'type', 'veth', 'peer', 'name', 'eth0'];
    await run('ip', ['link', 'add', ...ends, 'netns', right.name]);
    for (const side of [left, right]) {
      await side.ip('address', 'add', `${side.address}/24`, 'dev', 'eth0');
      await side.ip('link', 'set', 'lo', 'up');
      await side.ip('link', 'set', 'eth0', 'up');
    }
  }

  /** Removes the link, and with it both interfaces. */
  async cut(): Promise<void> {
    await this.left.ip('link', 'delete', 'eth0');
  }

  /**
   * From now on nothing that the left side sends to the right arrives there: the frames carry an address
   * that nobody has. Interfaces and addresses stay as they are.
   */
  async silence(): Promise<void> {
    const neighbour = [this.right.address, 'lladdr', '02:00:00:00:00:01', 'dev', 'eth0'];
    await this.left.ip('neighbour', 'replace', ...neighbour, 'nud', 'permanent');
  }

  /** Ends the silence. */
  async speak(): Promise<void> {
    await this.left.ip('neighbour', 'delete', this.right.address, 'dev', 'eth0');
  }

  /** Removes both namespaces and all that is in them. */
  async dispose(): Promise<void> {
    await remove(this.left.name);
    await remove(this.right.name);
  }
}

/** Removes a namespace, and kills what still runs in it: an engine outlives an agent that was killed. */
async function remove(name: string): Promise<void> {
  const { stdout } = await run('ip', ['netns', 'pids', name]);
  for (const pid of stdout.split('\n').filter(Boolean).map(Number)) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended by itself meanwhile.
    }
  }
  await run('ip', ['netns', 'delete', name]);
}

/** Namespaces of test processes that were killed. */
async function removeLeftovers(): Promise<void> {
  const names = await readdir(FOLDER).catch(() => []);
  for (const name of names) {
    const [prefix, pid] = name.split('-');
    if (prefix === PREFIX && !isRunning(Number(pid))) {
      // Another test process may be doing the same.
      await run('ip', ['netns', 'delete', name]).catch(() => undefined);
    }
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
