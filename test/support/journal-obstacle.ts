import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Nothing can be appended to the journal of a state folder until the answer is called. */
export async function obstructJournal(stateDir: string): Promise<() => Promise<void>> {
  const journal = join(stateDir, 'running.journal');
  const kept = `${journal}.kept`;
  const existed = await rename(journal, kept).then(
    () => true,
    () => false,
  );
  await mkdir(journal);
  return async () => {
    await rm(journal, { recursive: true });
    if (existed) await rename(kept, journal);
  };
}
