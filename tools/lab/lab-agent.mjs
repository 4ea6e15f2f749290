import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { NetconfClient } from '../../test/bench/netconf/client.mjs';
import { configuration } from './configuration.mjs';
import { LSP_STATE_FILTER, readLspState } from './lsp-state.mjs';
import { EventFollower } from './event-follower.mjs';

/** @typedef {import('./lsp-state.mjs').LspState} LspState */

const PROGRAM = fileURLToPath(new URL('../../dist/bfd-agent.js', import.meta.url));
const PASSWORD = 'demo';
const LIMIT_MS = 30_000;
const PAUSE_MS = 50;

/** The operator's addresses on the cables to the nodes; those of the nodes are one more. */
const OPERATOR = { csg: '203.0.113.0', masg: '203.0.113.2' };

/** An agent on a node of the lab, with an operator who uses NETCONF and a program that follows its events. */
export class LabAgent {
  #child;
  /** @type {NetconfClient | undefined} */
  #client;
  /** @type {EventFollower | undefined} */
  #follower;
  /** @type {Promise<unknown>} */
  #ended;
  #complaint = '';

  /** @param {import('./lsp-lab.mjs').LspLab} lab @param {'csg' | 'masg'} node */
  constructor(lab, node) {
    this.name = node;
    this.address = cable(lab, node);
    this.folder = `/run/${node}`;
    mkdirSync(this.folder);
    const options = [
      'run',
      '--state-dir',
      this.folder,
      '--netconf',
      `${this.address}:830`,
      '--log-level',
      'error',
    ];
    const [program, args] = lab.command(node, process.execPath, [PROGRAM, ...options]);
    // In a process group of its own: an interrupt from the terminal is not for it.
    this.#child = spawn(program, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, BFD_AGENT_ADMIN_PASSWORD: PASSWORD },
      detached: true,
    });
    this.#child.stderr.on('data', (text) => {
      this.#complaint += text;
    });
    this.#ended = new Promise((resolve) => this.#child.once('close', resolve));
  }

  /** Waits until the agent listens, and logs in. */
  async connect() {
    const lines = createInterface({ input: this.#child.stdout });
    await Promise.race([
      new Promise((resolve) => lines.on('line', (line) => line.includes('ready') && resolve(line))),
      this.#ended.then(() =>
        Promise.reject(new Error(`the agent on ${this.name} has ended: ${this.#complaint}`)),
      ),
    ]);
    const login = { host: this.address, port: 830, username: 'admin', password: PASSWORD };
    this.#client = await NetconfClient.connect(login, LIMIT_MS);
    this.#follower = await EventFollower.open(`${this.folder}/events.sock`);
  }

  /** The program that follows its events. */
  get follower() {
    if (this.#follower === undefined) throw new Error('not connected');
    return this.#follower;
  }

  /** Changes the configuration by each piece, and commits. @param {readonly string[]} pieces */
  async commit(...pieces) {
    for (const piece of pieces) {
      const edit = `<target><candidate/></target>${configuration(piece)}`;
      await this.rpc(`<edit-config>${edit}</edit-config>`);
    }
    await this.rpc('<commit/>');
  }

  /** What a NETCONF client sees of its tunnels and sessions. */
  async state() {
    return readLspState(await this.rpc(`<get><filter>${LSP_STATE_FILTER}</filter></get>`));
  }

  /**
   * Asks until the state is as wanted.
   *
   * @param {(state: LspState) => boolean} wanted
   * @param {string} what for the error
   */
  async until(wanted, what) {
    const deadline = performance.now() + LIMIT_MS;
    while (!wanted(await this.state())) {
      if (performance.now() > deadline) {
        throw new Error(`after ${LIMIT_MS / 1000} s ${this.name} still has not ${what}`);
      }
      await delay(PAUSE_MS);
    }
  }

  /** Ends it, as its operator would, and removes what it has written. */
  async stop() {
    this.#follower?.close();
    this.#client?.close();
    this.#child.kill('SIGTERM');
    await this.#ended;
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** An operation of NETCONF, as XML; answers the reply. @param {string} operation */
  rpc(operation) {
    if (this.#client === undefined) throw new Error('not connected');
    return this.#client.rpc(operation);
  }
}

/**
 * Lays a cable from the operator, in this process's namespace, to a node; answers the node's address on it.
 *
 * @param {import('./lsp-lab.mjs').LspLab} lab
 * @param {'csg' | 'masg'} node
 */
function cable(lab, node) {
  const address = OPERATOR[node].replace(/\d+$/u, (last) => String(Number(last) + 1));
  const far = ['name', 'operator', 'netns', lab.namespace(node)];
  execFileSync('ip', ['link', 'add', node, 'type', 'veth', 'peer', ...far]);
  execFileSync('ip', ['address', 'add', `${OPERATOR[node]}/31`, 'dev', node]);
  execFileSync('ip', ['link', 'set', node, 'up']);
  lab.ip(node, 'address', 'add', `${address}/31`, 'dev', 'operator');
  lab.ip(node, 'link', 'set', 'operator', 'up');
  return address;
}
