import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const DRIVER = fileURLToPath(new URL('scapy-frames.py', import.meta.url));

/** What scapy answers to each request; see scapy-frames.py. */
export function scapy(requests: readonly unknown[]): unknown[] {
  const { status, stdout, stderr } = spawnSync('/usr/bin/python3', [DRIVER], {
    input: JSON.stringify(requests),
    encoding: 'utf8',
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
    maxBuffer: 64 * 1024 * 1024,
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}
