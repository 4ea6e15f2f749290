import { copyFileSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort, makeKey, startDaemon } from './server.mjs';

const NEEDED = ['/usr/sbin/netconfd', '/usr/sbin/netconf-subsystem', '/usr/sbin/sshd'];
const YANG = fileURLToPath(new URL('../../../../yang', import.meta.url));
const MODULES = ['iana-if-type', 'iana-bfd-types', 'ietf-bfd-ip-sh'];
/** What those import; netconfd has modules of its own for the rest. */
const IMPORTED = ['ietf-bfd', 'ietf-bfd-types', 'ietf-routing', 'ietf-interfaces', 'ietf-key-chain'].concat([
  'ietf-ip',
  'ietf-inet-types',
  'ietf-yang-types',
]);

const missing = NEEDED.filter((file) => !existsSync(file));

/**
 * yuma123's netconfd behind OpenSSH's sshd, as its manual has it, with the modules that the agent serves.
 *
 * @type {import('./server.mjs').ServerKind}
 */
export const yuma = {
  name: 'yuma123 netconfd',
  ...(missing.length > 0 ? { absent: 'not installed (Debian: netconfd, openssh-server)' } : {}),
  start,
};

/** @param {string} folder */
async function start(folder) {
  const port = await freePort();
  const socket = join(folder, 'ncxserver.sock');
  const netconfd = startNetconfd(folder, socket, port);
  await netconfd.until(() => (existsSync(socket) ? true : undefined));
  const sshd = startSshd(folder, socket, port);
  await sshd.until((said) => (said.includes('Server listening') ? true : undefined));
  return {
    pids: [netconfd.pid, sshd.pid],
    login: {
      host: '127.0.0.1',
      port,
      username: userInfo().username,
      keyFile: join(folder, 'key'),
      // It loses an rpc that comes together with the hello.
      helloPauseMs: 200,
    },
    stop: async () => {
      await sshd.stop();
      await netconfd.stop();
    },
  };
}

/** @param {string} folder @param {string} socket @param {number} port */
function startNetconfd(folder, socket, port) {
  const modules = join(folder, 'modules');
  mkdirSync(modules);
  for (const file of readdirSync(YANG, { recursive: true, encoding: 'utf8' })) {
    const [, name = ''] = /([^/]+)@[^/]+\.yang$/u.exec(file) ?? [];
    if ([...MODULES, ...IMPORTED].includes(name)) {
      copyFileSync(join(YANG, file), join(modules, file.slice(file.lastIndexOf('/') + 1)));
    }
  }
  const server = [`--ncxserver-sockname=${socket}`, `--port=${port}`, '--target=candidate', '--no-startup'];
  const rights = [`--superuser=${userInfo().username}`, '--log-level=error'];
  const load = [`--modpath=${modules}:/usr/share/yuma/modules`, ...MODULES.map((name) => `--module=${name}`)];
  // It writes its configuration there after each commit.
  mkdirSync(join(folder, 'data'));
  return startDaemon('/usr/sbin/netconfd', [...server, ...rights, ...load], { env: { YUMA_HOME: folder } });
}

/** @param {string} folder @param {string} socket @param {number} port */
function startSshd(folder, socket, port) {
  makeKey(join(folder, 'hostkey'));
  makeKey(join(folder, 'key'));
  const config = join(folder, 'sshd_config');
  const lines = [
    'ListenAddress 127.0.0.1',
    `Port ${port}`,
    `HostKey ${join(folder, 'hostkey')}`,
    `AuthorizedKeysFile ${join(folder, 'key.pub')}`,
    'StrictModes no',
    'PermitRootLogin prohibit-password',
    'PasswordAuthentication no',
    'UsePAM no',
    'PidFile none',
    // As shipped it would refuse many of the connections that say nothing.
    'MaxStartups 1000',
    `Subsystem netconf "/usr/sbin/netconf-subsystem --ncxserver-sockname=${port}@${socket}"`,
  ];
  writeFileSync(config, `${lines.join('\n')}\n`);
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true });
  return startDaemon('/usr/sbin/sshd', ['-D', '-e', '-f', config]);
}
