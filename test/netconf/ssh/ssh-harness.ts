import { execFileSync, spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ssh2, { type Client, type ClientChannel, type ConnectConfig } from 'ssh2';
import {
  startNetconfServer,
  type NetconfLimits,
  type NetconfServer,
} from '../../../src/netconf/netconf-server.io.js';
import { HostKeyFolder } from '../../../src/netconf/ssh/host-keys.io.js';
import { FixedUsers } from '../../support/fixed-users.js';
import { InMemoryConfigService } from '../../support/in-memory-config-service.js';
import { InMemoryNotificationLog, InMemoryNotifications } from '../../support/in-memory-notifications.js';
import { BASE, chunks, clientHello } from '../session/session-harness.js';

export const USER = 'admin';
export const PASSWORD = 'correct horse';

/** A server on a free port of 127.0.0.1 with one user, who has a password and a key. */
export class TestServer {
  readonly folder = mkdtempSync(join(tmpdir(), 'netconf-ssh-'));
  readonly config = new InMemoryConfigService();
  readonly notifications = new InMemoryNotifications();
  readonly users = new FixedUsers();
  readonly hostKeys = new HostKeyFolder(this.folder);
  /** The host keys that new connections are shown; undefined: the default. */
  hostKeyNames: readonly string[] | undefined;
  readonly log: { level: string; fields: object; message: string }[] = [];
  server!: NetconfServer;
  private readonly clients: { stop(): void }[] = [];

  static async start(limits: Partial<NetconfLimits> = {}): Promise<TestServer> {
    const test = new TestServer();
    test.users.passwords.set(USER, PASSWORD);
    test.users.keys.set(USER, readFileSync(`${test.makeKey('id')}.pub`, 'utf8').split(' ')[1]!);
    await test.hostKeys.open();
    const note = (level: string) => (fields: object, message: string) =>
      void test.log.push({ level, fields, message });
    test.server = await startNetconfServer({
      listen: [{ host: '127.0.0.1', port: 0 }],
      hostKeys: () => test.hostKeys.privateKeys(test.hostKeyNames),
      users: test.users,
      config: test.config,
      notifications: test.notifications,
      notificationLog: new InMemoryNotificationLog(0),
      log: { debug: note('debug'), info: note('info'), warn: note('warn'), error: note('error') },
      limits: () => ({ loginFailureDelayMs: 1, ...limits }),
    });
    return test;
  }

  get port(): number {
    return this.server.addresses[0]!.port;
  }

  get keyFile(): string {
    return join(this.folder, 'id');
  }

  makeKey(name: string, ...options: string[]): string {
    const path = join(this.folder, name);
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', path, ...options]);
    return path;
  }

  /** OpenSSH's client with the user's key, or with `password`. */
  openSsh(
    options: { password?: string; args?: readonly string[]; command?: readonly string[] } = {},
  ): OpenSsh {
    const client = new OpenSsh(this, options);
    this.clients.push(client);
    return client;
  }

  /** An ssh2 client that is connected, for what OpenSSH does not do. */
  async ssh2Client(config: ConnectConfig = { password: PASSWORD }): Promise<Client> {
    const client = new ssh2.Client();
    this.clients.push({ stop: () => client.destroy() });
    await new Promise<void>((resolve, reject) => {
      client.once('ready', () => resolve()).once('error', reject);
      client.connect({ host: '127.0.0.1', port: this.port, username: USER, ...config });
    });
    client.on('error', () => undefined);
    return client;
  }

  async stop(): Promise<void> {
    for (const client of this.clients) client.stop();
    await this.server.close();
    rmSync(this.folder, { recursive: true });
  }
}

/** `ssh -s … netconf`, or another command of the client. */
export class OpenSsh {
  readonly process: ChildProcessWithoutNullStreams;
  /** The exit status, or the signal that ended it. */
  readonly exit: Promise<number | string>;
  output = '';
  errors = '';
  private changed: () => void = () => undefined;
  private ended = false;

  constructor(
    server: TestServer,
    {
      password,
      args = [],
      command = ['-s', '127.0.0.1', 'netconf'],
    }: {
      password?: string;
      args?: readonly string[];
      command?: readonly string[];
    },
  ) {
    const common = [...args, '-F', 'none', '-p', String(server.port), '-l', USER];
    const hosts = [
      'StrictHostKeyChecking=no',
      `UserKnownHostsFile=${join(server.folder, 'known_hosts')}`,
      'LogLevel=INFO',
    ];
    const login =
      password === undefined
        ? ['IdentitiesOnly=yes', 'BatchMode=yes']
        : ['PubkeyAuthentication=no', 'NumberOfPasswordPrompts=1'];
    const settings = [...hosts, ...login].flatMap((setting) => ['-o', setting]);
    const key = password === undefined ? ['-i', server.keyFile] : [];
    this.process = spawn('ssh', [...common, ...settings, ...key, ...command], {
      env: { ...process.env, ...(password === undefined ? {} : askPass(server, password)) },
    });
    this.process.stdin.on('error', () => undefined);
    this.process.stdout.on('data', (data: Buffer) =>
      this.note(() => (this.output += data.toString('latin1'))),
    );
    this.process.stderr.on('data', (data: Buffer) => this.note(() => (this.errors += data.toString())));
    this.exit = new Promise((resolve) => {
      this.process.once('close', (code, signal) =>
        this.note(() => {
          this.ended = true;
          resolve(code ?? signal ?? 'unknown');
        }),
      );
    });
  }

  send(bytes: string | Uint8Array): void {
    this.process.stdin.write(bytes);
  }

  sendEnd(): void {
    this.process.stdin.end();
  }

  /** Waits until the output has `text` (bytes as Latin-1); what came up to its end is removed and given back. */
  async until(text: string): Promise<string> {
    for (;;) {
      const at = this.output.indexOf(text);
      if (at !== -1) {
        const found = this.output.slice(0, at + text.length);
        this.output = this.output.slice(at + text.length);
        return found;
      }
      if (this.ended) throw new Error(`the client ended: ${this.errors} ${this.output}`);
      await new Promise<void>((resolve) => {
        this.changed = resolve;
      });
    }
  }

  /** Exchanges hellos; the server's. */
  async hello(version: '1.0' | '1.1' = '1.1'): Promise<string> {
    this.send(clientHello(version));
    return this.until(']]>]]>');
  }

  /** An operation and the reply, in chunked framing. */
  async rpc(operation: string): Promise<string> {
    this.send(chunks(`<rpc xmlns="${BASE}" message-id="1">${operation}</rpc>`));
    return this.until('\n##\n');
  }

  stop(): void {
    this.process.kill('SIGKILL');
  }

  private note(change: () => void): void {
    change();
    this.changed();
  }
}

/** Opens the subsystem over an ssh2 client. */
export function openSubsystem(client: Client, name = 'netconf'): Promise<ClientChannel> {
  return new Promise((resolve, reject) => {
    client.subsys(name, (error, channel) => (error === undefined ? resolve(channel) : reject(error)));
  });
}

function askPass(server: TestServer, password: string): Record<string, string> {
  const script = join(server.folder, 'askpass');
  writeFileSync(script, `#!/bin/sh\necho '${password}'\n`, { mode: 0o700 });
  return { SSH_ASKPASS: script, SSH_ASKPASS_REQUIRE: 'force', DISPLAY: ':0' };
}
