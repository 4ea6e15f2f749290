import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';

const MARK = 'BFD_AGENT_LAB_ISOLATED';
const OWN = ['--net', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc'];
const AS_USER = ['--user', '--map-root-user'];

/**
 * Runs this program again with a network, mounts and processes of its own, in a user namespace where the user is
 * not root. Nothing on the machine is touched, and nothing can stay behind.
 *
 * @returns {Promise<boolean>} whether this process has only waited for the other one
 * @throws {Error} saying what is missing
 */
export async function isolate() {
  if (process.env[MARK] !== undefined) {
    // What `ip netns` and the agents write is gone with this process.
    execFileSync('mount', ['-t', 'tmpfs', 'none', '/run']);
    mkdirSync('/run/netns');
    execFileSync('ip', ['link', 'set', 'lo', 'up']);
    return false;
  }
  for (const program of ['unshare', 'nsenter', 'ip', 'mount']) require(program);
  const user = process.getuid?.() === 0 ? [] : AS_USER;
  const trial = spawnSync('unshare', [...user, ...OWN, 'mount', '-t', 'tmpfs', 'none', '/run'], {
    encoding: 'utf8',
  });
  if (trial.status !== 0) throw new Error(refusal(trial.stderr.trim()));
  process.exitCode = await runAgain(user);
  return true;
}

/** @param {readonly string[]} user */
function runAgain(user) {
  const self = [process.execPath, ...process.argv.slice(1)];
  const child = spawn('unshare', [...user, ...OWN, ...self], {
    stdio: 'inherit',
    env: { ...process.env, [MARK]: 'yes' },
  });
  // The terminal interrupts both: the other one tidies up, and is waited for.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => endChildOf(child.pid));
  return new Promise((resolve) => {
    child.once('exit', (status) => resolve(status ?? 1));
  });
}

/** `unshare` passes no signal on. @param {number | undefined} pid */
function endChildOf(pid) {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1');
  for (const child of children.split(' ').filter(Boolean)) process.kill(Number(child), 'SIGTERM');
}

/** @param {string} program */
function require(program) {
  const { error } = spawnSync(program, ['--version']);
  if (error !== undefined) {
    throw new Error(`the lab needs the program ${program} (Debian: apt-get install iproute2 util-linux)`);
  }
}

/** @param {string} said */
function refusal(said) {
  return (
    `the lab is made of network namespaces, and this system refuses them: ${said}\n` +
    'Run it as root, or allow user namespaces to users (Debian: sysctl kernel.unprivileged_userns_clone=1, ' +
    'Ubuntu: sysctl kernel.apparmor_restrict_unprivileged_userns=0).'
  );
}
