import { execFile } from 'node:child_process';
import type { Namespace, NamespacePair } from './netns.js';

/** Addresses that face each other over the link of a pair. */
export interface FacingAddresses {
  readonly left: string;
  readonly right: string;
}

/**
 * Gives both ends of the link so many addresses more, 10.1.x.y on the left and 10.2.x.y on the right. The
 * neighbours are permanent: the kernel's table of those that it asks for is shared by all tests.
 */
export async function addFacingAddresses(
  pair: NamespacePair,
  count: number,
): Promise<readonly FacingAddresses[]> {
  const facing = Array.from({ length: count }, (_, index) => ({
    left: addressOf(1, index),
    right: addressOf(2, index),
  }));
  const leftMac = await macOf(pair.left);
  const rightMac = await macOf(pair.right);
  const own = facing.map(({ left, right }) => [left, right] as const);
  await fill(pair.left, own, rightMac);
  await fill(
    pair.right,
    own.map(([left, right]) => [right, left] as const),
    leftMac,
  );
  return facing;
}

function addressOf(side: number, index: number): string {
  return `10.${side}.${Math.floor(index / 250)}.${(index % 250) + 1}`;
}

async function macOf(namespace: Namespace): Promise<string> {
  const text = await namespace.exec('cat', ['/sys/class/net/eth0/address']);
  return text.trim();
}

/** @param pairs an address of the namespace, and the one that faces it */
async function fill(
  namespace: Namespace,
  pairs: readonly (readonly [string, string])[],
  mac: string,
): Promise<void> {
  const lines = pairs.flatMap(([own, peer], index) => [
    `address add ${own}/${index === 0 ? 8 : 32} dev eth0`,
    `neighbour replace ${peer} lladdr ${mac} dev eth0 nud permanent`,
  ]);
  await new Promise<void>((resolve, reject) => {
    const child = execFile('ip', ['-n', namespace.name, '-batch', '-'], (error) =>
      error === null ? resolve() : reject(error),
    );
    child.stdin?.end(`${lines.join('\n')}\n`);
  });
}
