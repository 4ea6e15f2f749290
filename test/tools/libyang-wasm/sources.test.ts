import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { mirrorsOf } from '../../../tools/libyang-wasm/debian-source.mjs';
import { unpackedSources } from '../../../tools/libyang-wasm/sources.mjs';
import { unpackTarball } from '../../../tools/libyang-wasm/unpack.mjs';

/** A tar.xz of root-1/unwanted.txt and root-1/wanted.txt. */
const tarXz = Buffer.from(
  '/Td6WFoAAATm1rRGAgAhARwAAAAQz1jM4Cf/AIldADkb7OgtDUW1M8BvaLEOaoZHvXh513dpYkDTq3xoGQ9S5RVt1Royr3e3X8mJ' +
    'ITnXTCzymTd3Ph01zdbdlhu8OKfLyyPzD4kaRTAsaL9cMydGn8uvUuwJBIGmTRnjKRg851KluS0qbZ02ea14m8NhSiDYj4kx5zFW' +
    'ocR+d9vp9EHCRRnGAoK1XNj/AAAAAI6Er5A/AJW9AAGlAYBQAAC75QE2scRn+wIAAAAABFla',
  'base64',
);
const silent = { step: () => {}, advance: () => {}, finish: () => {} };
let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'libyang-sources-'));
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

describe('tarballs', () => {
  test('of another content are refused, and nothing of them stays in the cache', () => {
    const tarball = join(folder, 'libyang_3.12.2.orig.tar.xz');
    const cache = join(folder, 'cache');
    writeFileSync(tarball, tarXz);
    vi.stubEnv('LIBYANG_TARBALL', tarball);
    vi.stubEnv('PCRE2_TARBALL', tarball);
    expect(() => unpackedSources(silent, cache)).toThrow(
      /libyang_3\.12\.2\.orig\.tar\.xz is not libyang_3\.12\.2\.orig\.tar\.xz: its SHA-256 sum is [0-9a-f]{64}, d7b35a5f9f3a/,
    );
    expect(readdirSync(cache)).toEqual([]);
  });

  test('that are not there are named', () => {
    vi.stubEnv('LIBYANG_TARBALL', join(folder, 'nowhere.tar.xz'));
    vi.stubEnv('PCRE2_TARBALL', join(folder, 'nowhere.tar.xz'));
    expect(() => unpackedSources(silent, join(folder, 'cache'))).toThrow(/nowhere\.tar\.xz/);
  });

  test('are unpacked without their top folder, and only what is asked for', () => {
    const tarball = join(folder, 'some.tar.xz');
    writeFileSync(tarball, tarXz);
    const unpacked = join(folder, 'unpacked');
    unpackTarball(tarball, 'root-1', ['wanted.txt'], unpacked);
    expect(readdirSync(unpacked)).toEqual(['wanted.txt']);
    expect(readFileSync(join(unpacked, 'wanted.txt'), 'utf8')).toBe('hello\n');
  });

  test('that are damaged are an error', () => {
    const tarball = join(folder, 'some.tar.xz');
    writeFileSync(tarball, tarXz.subarray(0, 100));
    mkdirSync(join(folder, 'unpacked'));
    expect(() => unpackTarball(tarball, 'root-1', ['wanted.txt'], join(folder, 'unpacked'))).toThrow(
      /cannot unpack/,
    );
  });
});

describe('the Debian mirror', () => {
  const uris = [
    "'http://mirror.example/debian/dists/bookworm/InRelease' mirror.example_debian_dists_bookworm_InRelease 0 ",
    "'http://mirror.example/debian/dists/bookworm-updates/InRelease' mirror.example_debian_updates 0 ",
    "'http://security.example/debian-security/dists/bookworm-security/InRelease' security.example 0 ",
    "'http://mirror.example/debian/dists/bookworm/main/binary-amd64/Packages.xz' mirror.example_Packages 0 ",
    "'mirror+file:/etc/apt/mirrors/debian.list/dists/bookworm/InRelease' _etc_apt_mirrors_debian.list 0 ",
  ].join('\n');

  test('is what the machine uses for its release, not that for security updates', () => {
    expect(mirrorsOf(uris, 'bookworm')).toEqual([
      'http://mirror.example/debian/',
      'mirror+file:/etc/apt/mirrors/debian.list/',
    ]);
  });

  test('is unknown where apt is configured for none', () => {
    expect(mirrorsOf('', 'bookworm')).toEqual([]);
  });
});
