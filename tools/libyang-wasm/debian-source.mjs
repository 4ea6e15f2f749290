/**
 * Download of Debian source packages with apt-get, as any user and without touching the system's own
 * lists: from the mirror that this machine is configured for, in a private state folder.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The Debian release that has the pinned versions. */
const suite = 'trixie';
const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';

/**
 * Downloads the files of source packages. The caller verifies what it got.
 *
 * @param {string[]} packages
 * @param {string} folder where to
 * @param {import('./progress.mjs').Progress} progress
 * @throws {Error} when there is no apt-get or no mirror that has the packages
 */
export function downloadDebianSources(packages, folder, progress) {
  progress.step(`looking for the sources of ${packages.join(' and ')}`);
  const mirrors = configuredMirrors();
  /** @type {string[]} */
  const failures = [];
  for (const mirror of mirrors) {
    const failure = downloadFrom(mirror, packages, folder);
    if (failure === null) return;
    failures.push(failure);
  }
  const reason = failures.join('\n') || 'apt-get knows no Debian mirror';
  throw new Error(
    `The sources of ${packages.join(' and ')} cannot be downloaded:\n${reason}\n` +
      'LIBYANG_TARBALL and PCRE2_TARBALL may name the files instead.',
  );
}

/**
 * The addresses of the mirrors that this machine uses for its Debian release. apt itself reads its
 * configuration for that; it says what it would download, and downloads nothing.
 *
 * @returns {string[]}
 */
function configuredMirrors() {
  return mirrorsOf(aptGet(['--print-uris', 'update']).stdout, releaseName());
}

/**
 * A third party that has packages for the release may be among them: what it offers is not signed by
 * Debian, so that it is passed over.
 *
 * @param {string} uris what `apt-get --print-uris update` says
 * @param {string} release code name of the Debian release that runs here
 * @returns {string[]} addresses
 */
export function mirrorsOf(uris, release) {
  const index = new RegExp(`^'(\\S+/)dists/${release}/(?:In)?Release'`, 'gm');
  return [...new Set([...uris.matchAll(index)].map((found) => found[1] ?? ''))];
}

/**
 * @param {string} mirror
 * @param {string[]} packages
 * @param {string} folder
 * @returns {string | null} why it failed, or null
 */
function downloadFrom(mirror, packages, folder) {
  const state = join(folder, 'apt');
  const list = join(state, 'sources.list');
  mkdirSync(join(state, 'lists', 'partial'), { recursive: true });
  mkdirSync(join(state, 'cache', 'archives', 'partial'), { recursive: true });
  writeFileSync(list, `deb-src [signed-by=${keyring}] ${mirror} ${suite} main\n`);
  const options = [
    `Dir::State=${state}`,
    `Dir::State::lists=${join(state, 'lists')}`,
    'Dir::State::status=/dev/null',
    `Dir::Cache=${join(state, 'cache')}`,
    `Dir::Etc::sourcelist=${list}`,
    'Dir::Etc::sourceparts=-',
    'APT::Sandbox::User=',
    'Acquire::Retries=3',
    'Acquire::Languages=none',
  ].flatMap((option) => ['-o', option]);
  try {
    const update = aptGet([...options, 'update', '--error-on=any'], folder);
    if (update.failure !== null) return update.failure;
    return aptGet([...options, '--download-only', '--only-source', 'source', ...packages], folder).failure;
  } finally {
    rmSync(state, { recursive: true, force: true });
  }
}

/**
 * @param {string[]} args
 * @param {string} [cwd] where it puts what it downloads
 */
function aptGet(args, cwd) {
  const environment = { ...process.env, LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive' };
  const result = spawnSync('apt-get', ['-q', ...args], { cwd, env: environment, encoding: 'utf8' });
  const failure = result.error?.message ?? (result.status === 0 ? null : result.stderr.trim());
  return { stdout: result.stdout ?? '', failure };
}

/** The code name of the Debian release that runs here, as os-release(5) says it. */
function releaseName() {
  return /^VERSION_CODENAME=(\w+)$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? '';
}
