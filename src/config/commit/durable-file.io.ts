import { open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Makes `text` the content of a file (0600), durably: it is written aside, synced and renamed, and the
 * folder is synced, so that after a crash at any moment the file is the old or the new one, whole.
 * Throws errors of the system.
 */
export async function writeDurably(folder: string, name: string, text: string): Promise<void> {
  const aside = join(folder, `${name}.new`);
  await rm(aside, { force: true });
  const file = await open(aside, 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(aside, join(folder, name));
  await syncFolder(folder);
}

/** Removes a file durably, if it is there. Throws errors of the system. */
export async function removeDurably(folder: string, name: string): Promise<void> {
  await rm(join(folder, name), { force: true });
  await syncFolder(folder);
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
