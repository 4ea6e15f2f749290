import { execFileSync, spawn } from 'node:child_process';

const MARK = 'BFD_AGENT_BENCH_ISOLATED';
const NAMESPACES = ['--net', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc'];

/** Whether this process has network, mounts and processes of its own. */
export const isolated = process.env[MARK] !== undefined;

/**
 * As root, runs this program again with a network, mounts and processes of its own: its servers disturb
 * nothing on the machine, nothing there disturbs them, and none of them can stay behind. Without root it
 * goes on as it is.
 *
 * @returns {Promise<boolean>} whether this process has only waited for the other one
 */
export async function isolate() {
  if (isolated) {
    execFileSync('ip', ['link', 'set', 'lo', 'up']);
    return false;
  }
  if (process.getuid?.() !== 0) return false;
  const self = [process.execPath, ...process.argv.slice(1)];
  const child = spawn('unshare', [...NAMESPACES, ...self], {
    stdio: 'inherit',
    env: { ...process.env, [MARK]: 'yes' },
  });
  process.exitCode = await new Promise((resolve) => child.once('exit', (status) => resolve(status ?? 1)));
  return true;
}
