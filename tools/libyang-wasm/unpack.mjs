/**
 * Unpacking of tarballs with what every Debian has: tar, gzip and dpkg-deb are always installed, the
 * xz program is not. dpkg-deb has xz inside, but reads only Debian's binary packages: so a tar.xz is
 * wrapped into one.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';

/**
 * Unpacks members of a tar.gz or tar.xz.
 *
 * @param {string} tarball
 * @param {string} root the folder in the tarball that is left out of the paths
 * @param {string[]} members what to unpack, below root
 * @param {string} folder where to; made if it is not there
 * @throws {Error} when a program that is needed fails or is not there
 */
export function unpackTarball(tarball, root, members, folder) {
  mkdirSync(folder, { recursive: true });
  const content = readFileSync(tarball);
  const tar = isGzip(content) ? gunzipSync(content) : decompressXz(content, folder);
  run(
    'tar',
    [
      '-x',
      '-C',
      folder,
      '--no-same-owner',
      '--strip-components=1',
      ...members.map((member) => `${root}/${member}`),
    ],
    tar,
  );
}

/** @param {Uint8Array} content */
function isGzip(content) {
  return content[0] === 0x1f && content[1] === 0x8b;
}

/**
 * @param {Buffer} content
 * @param {string} folder for a file that is removed again
 */
function decompressXz(content, folder) {
  const wrapped = join(folder, 'wrapped.deb');
  writeFileSync(wrapped, debianPackage(content));
  try {
    const unpacked = spawn('dpkg-deb', ['--fsys-tarfile', wrapped]);
    if (unpacked.status === 0) return unpacked.stdout;
  } finally {
    rmSync(wrapped);
  }
  return run('xz', ['-dc'], content);
}

/**
 * A package in the format of deb(5): an ar archive of three members, of which only the data matter here.
 *
 * @param {Buffer} data a tar.xz
 */
function debianPackage(data) {
  return Buffer.concat([
    Buffer.from('!<arch>\n'),
    archiveMember('debian-binary', Buffer.from('2.0\n')),
    archiveMember('control.tar.gz', gzipSync(Buffer.alloc(1024))),
    archiveMember('data.tar.xz', data),
  ]);
}

/**
 * A member with its header (ar(5)): name, time, owner, group, mode, size in fixed columns; the content
 * padded to an even length.
 *
 * @param {string} name
 * @param {Buffer} content
 */
function archiveMember(name, content) {
  const header =
    name.padEnd(16) +
    '0'.padEnd(12) +
    '0'.padEnd(6) +
    '0'.padEnd(6) +
    '100644'.padEnd(8) +
    String(content.length).padEnd(10) +
    '`\n';
  return Buffer.concat([Buffer.from(header), content, Buffer.alloc(content.length % 2, '\n')]);
}

/**
 * @param {string} program
 * @param {string[]} args
 * @param {Buffer} input
 */
function run(program, args, input) {
  const { status, error, stdout, stderr } = spawn(program, args, input);
  if (status !== 0) {
    throw new Error(`${program} cannot unpack: ${error?.message ?? stderr.toString().trim()}`);
  }
  return stdout;
}

/**
 * @param {string} program
 * @param {string[]} args
 * @param {Buffer} [input]
 */
function spawn(program, args, input) {
  return spawnSync(program, args, { ...(input && { input }), maxBuffer: 1 << 28 });
}
