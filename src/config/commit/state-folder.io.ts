import { chmod, mkdir, open, readdir, stat, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import koffi from 'koffi';
import { err, ok, type Result } from '../../lib/result.js';
import { reasonOf } from '../../lib/reason-of.js';

const LOCK_FILE = 'lock';
/** flock(2): LOCK_EX | LOCK_NB. */
const EXCLUSIVE_NOW = 2 | 4;
const OWNER_ONLY = 0o700;

/** The state folder is this process's alone until `release`. */
export interface StateFolder {
  readonly path: string;
  release(): Promise<void>;
}

/**
 * Makes the state folder where it is missing (mode 0700) and takes it for this process, with flock(2)
 * on a file in it: the kernel lets go of such a lock when the process ends, however it ends, so that
 * there are no stale ones; it holds across network and process-id namespaces; and processes that are
 * started later do not inherit it (Node opens files with O_CLOEXEC). The number of the owner's process
 * stands in the file for the message to the second one. Errors are sentences for the operator.
 */
export async function takeStateFolder(path: string): Promise<Result<StateFolder, string>> {
  try {
    const ready = await prepareFolder(path);
    if (!ready.ok) return ready;
    return await lock(path);
  } catch (error) {
    return err(`The state folder ${path} cannot be used: ${reasonOf(error)}.`);
  }
}

async function prepareFolder(path: string): Promise<Result<void, string>> {
  const created = await mkdir(path, { recursive: true, mode: OWNER_ONLY });
  if (created !== undefined || ((await stat(path)).mode & 0o777) === OWNER_ONLY) return ok();
  const names = await readdir(path);
  if (names.length > 0 && !names.includes(LOCK_FILE)) {
    return err(
      `${path} is open to other users and holds files that are not the agent's; ` +
        `name another state folder, or give it mode 0700.`,
    );
  }
  await chmod(path, OWNER_ONLY);
  return ok();
}

async function lock(path: string): Promise<Result<StateFolder, string>> {
  const file = await open(join(path, LOCK_FILE), 'a+', 0o600);
  if (flock(file.fd, EXCLUSIVE_NOW) !== 0) {
    const owner = (await file.readFile('utf8')).trim();
    await file.close();
    return err(`The state folder ${path} is used by another agent (process ${owner || 'unknown'}).`);
  }
  await writeOwner(file);
  return ok({ path, release: () => file.close() });
}

async function writeOwner(file: FileHandle): Promise<void> {
  await file.truncate(0);
  await file.writeFile(`${process.pid}\n`);
}

function flock(descriptor: number, operation: number): number {
  const call = koffi.load('libc.so.6').func('int flock(int fd, int operation)');
  const result: unknown = call(descriptor, operation);
  return typeof result === 'number' ? result : -1;
}
