import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { announce, projectFolder, run } from './step.mjs';

/**
 * @typedef {{ version?: string, optional?: boolean, peer?: boolean }} LockedPackage
 * @typedef {Record<string, LockedPackage>} LockedPackages
 */

/** Installs what the lockfile names, unless exactly that is installed. */
export async function ensureDependencies() {
  const wanted = await packagesOf(join(projectFolder, 'package-lock.json'));
  // npm writes this file at the very end of an installation: where it is missing, one was cut short.
  const installed = await packagesOf(join(projectFolder, 'node_modules/.package-lock.json'));
  if (wanted && installed && isInstalled(wanted, installed)) return;
  announce('installing dependencies from the lockfile');
  await run('npm', ['ci', '--no-audit', '--no-fund']);
}

/**
 * @param {string} file
 * @returns {Promise<LockedPackages | undefined>} undefined where there is no such file
 */
async function packagesOf(file) {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  return text === undefined ? undefined : JSON.parse(text).packages;
}

/**
 * @param {LockedPackages} wanted
 * @param {LockedPackages} installed
 */
function isInstalled(wanted, installed) {
  return Object.entries(wanted).every(([path, { version, optional }]) => {
    if (path === '') return true;
    const found = installed[path];
    return found ? found.version === version : optional === true;
  });
}
