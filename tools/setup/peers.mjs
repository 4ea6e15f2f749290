import { access, rm, writeFile } from 'node:fs/promises';
import { announce, run } from './step.mjs';

/** What the tests talk to: Debian's packages and a file by which each is known to be there. */
const peers = [
  { package: 'frr', file: '/usr/lib/frr/bfdd' },
  { package: 'bird2', file: '/usr/sbin/bird' },
  { package: 'tshark', file: '/usr/bin/tshark' },
  { package: 'python3-ncclient', file: '/usr/lib/python3/dist-packages/ncclient/__init__.py' },
  { package: 'python3-scapy', file: '/usr/lib/python3/dist-packages/scapy/__init__.py' },
  { package: 'openssh-client', file: '/usr/bin/ssh' },
  { package: 'openssh-server', file: '/usr/sbin/sshd' },
  { package: 'yangcli', file: '/usr/bin/yangcli' },
  { package: 'netconfd', file: '/usr/sbin/netconfd' },
  { package: 'iproute2', file: '/usr/sbin/ip', other: '/sbin/ip' },
];

/**
 * Installs the test peers that are absent.
 * @throws {Error} naming what is missing where it cannot be installed
 */
export async function ensurePeers() {
  const absent = await absentPeers();
  if (absent.length === 0) return;
  if (process.getuid?.() !== 0) {
    throw new Error(
      `the tests need ${absent.join(', ')}: install them (apt-get install ${absent.join(' ')}) or run as root`,
    );
  }
  announce(`installing test peers: ${absent.join(', ')}`);
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  await withoutStartingServices(async () => {
    await run('apt-get', ['update', '-q'], env);
    await run('apt-get', ['install', '-q', '-y', '--no-install-recommends', ...absent], env);
  });
  const still = await absentPeers();
  if (still.length > 0) throw new Error(`still missing after installation: ${still.join(', ')}`);
}

/**
 * The tests start FRR and BIRD themselves, in namespaces of their own: the machine itself shall not
 * begin to route because they were installed. A policy that the machine already has is left alone.
 * @param {() => Promise<void>} install
 */
async function withoutStartingServices(install) {
  const policy = '/usr/sbin/policy-rc.d';
  if (await exists(policy)) return install();
  await writeFile(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    await install();
  } finally {
    await rm(policy);
  }
}

async function absentPeers() {
  /** @type {string[]} */
  const absent = [];
  for (const peer of peers) {
    const found = (await exists(peer.file)) || (peer.other !== undefined && (await exists(peer.other)));
    if (!found) absent.push(peer.package);
  }
  return absent;
}

/** @param {string} file */
async function exists(file) {
  return access(file).then(
    () => true,
    () => false,
  );
}
