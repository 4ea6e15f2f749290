import { execFile } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as v from 'valibot';
import { Child } from './child.js';
import type { Namespace } from './netns.js';
import { waitFor } from './wait-for.js';

const FOLDER = '/usr/lib/frr';

const frrPeer = v.object({
  peer: v.string(),
  multihop: v.boolean(),
  'passive-mode': v.boolean(),
  id: v.number(),
  'remote-id': v.number(),
  status: v.string(),
  diagnostic: v.string(),
  'remote-diagnostic': v.string(),
  'receive-interval': v.number(),
  'transmit-interval': v.number(),
  'detect-multiplier': v.number(),
  'remote-receive-interval': v.number(),
  'remote-transmit-interval': v.number(),
  'remote-echo-receive-interval': v.number(),
  'remote-detect-multiplier': v.number(),
});

/** What `show bfd peers json` tells of a peer, as far as tests look at it. Intervals in milliseconds. */
export type FrrPeer = v.InferOutput<typeof frrPeer>;

const frrCounters = v.object({
  peer: v.string(),
  'control-packet-input': v.number(),
  'control-packet-output': v.number(),
  'echo-packet-input': v.number(),
  'echo-packet-output': v.number(),
  'session-up': v.number(),
  'session-down': v.number(),
});

/** What `show bfd peers counters json` tells of a peer. */
export type FrrCounters = v.InferOutput<typeof frrCounters>;

/** FRR's zebra and bfdd, run for a test alone: own folder, own sockets, in a namespace. */
export class Frr {
  readonly #folder: string;
  readonly #children: readonly Child[];

  private constructor(folder: string, children: readonly Child[]) {
    this.#folder = folder;
    this.#children = children;
  }

  /**
   * @param config the `bfd` block and what else bfdd shall read
   * @param options realTime: bfdd gets the processor before all that has no such priority
   */
  static async start(
    namespace: Namespace,
    config: string,
    { realTime = false }: { readonly realTime?: boolean } = {},
  ): Promise<Frr> {
    const folder = await mkdtemp(join(tmpdir(), 'frr-test-'));
    // bfdd and zebra run as the user frr.
    await chmod(folder, 0o777);
    await writeFile(join(folder, 'zebra.conf'), 'hostname zebra\n');
    await writeFile(join(folder, 'bfdd.conf'), `hostname bfdd\n${config}\n`);
    const zebra = startDaemon(namespace, folder, 'zebra', [], []);
    const frr = new Frr(folder, [zebra]);
    await frr.#answers('zebra');
    const wrapper = realTime ? ['chrt', '--rr', '50'] : [];
    const bfdd = startDaemon(namespace, folder, 'bfdd', ['--bfdctl', join(folder, 'bfdd.sock')], wrapper);
    const both = new Frr(folder, [bfdd, zebra]);
    await both.#answers('bfdd');
    return both;
  }

  /** Runs commands of vtysh, each a line; answers what was printed. */
  async vtysh(...commands: readonly string[]): Promise<string> {
    const args = ['--vty_socket', this.#folder, ...commands.flatMap((command) => ['-c', command])];
    const { stdout } = await promisify(execFile)('vtysh', args);
    return stdout;
  }

  async peers(): Promise<readonly FrrPeer[]> {
    return v.parse(v.array(frrPeer), JSON.parse(await this.vtysh('show bfd peers json')));
  }

  /** The counters of the peer with this address. */
  async counters(address: string): Promise<FrrCounters> {
    const all: unknown = JSON.parse(await this.vtysh('show bfd peers counters json'));
    const found = v.parse(v.array(frrCounters), all).find(({ peer }) => peer === address);
    if (!found) throw new Error(`FRR has no peer ${address}`);
    return found;
  }

  /** The peer as soon as it is as wanted. */
  async until(address: string, wanted: (peer: FrrPeer) => boolean, timeoutMs = 10_000): Promise<FrrPeer> {
    return waitFor(
      async () => (await this.peers()).find((peer) => peer.peer === address && wanted(peer)),
      async () => `peer ${address} as wanted; FRR says ${JSON.stringify(await this.peers())}`,
      timeoutMs,
    );
  }

  async stop(): Promise<void> {
    for (const child of this.#children) await child.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** Resolves when the daemon takes commands. */
  async #answers(daemon: string): Promise<void> {
    await waitFor(
      () =>
        this.vtysh('show version').then(
          (text) =>
            text.includes('FRRouting') && !text.includes(`${daemon} is not running`) ? true : undefined,
          () => undefined,
        ),
      `answer of ${daemon}`,
    );
  }
}

function startDaemon(
  namespace: Namespace,
  folder: string,
  name: string,
  args: readonly string[],
  wrapper: readonly string[],
): Child {
  const sockets = ['--vty_socket', folder, '-z', join(folder, 'zserv.api'), '-P', '0'];
  const files = ['-i', join(folder, `${name}.pid`), '-f', join(folder, `${name}.conf`)];
  const log = ['--log', 'stdout', '--log-level', 'informational'];
  const own = [join(FOLDER, name), ...sockets, ...files, ...log, ...args];
  const [program = '', ...all] = [...wrapper, ...own];
  return new Child(...namespace.command(program, all));
}
