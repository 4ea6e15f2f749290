import { appendFile, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { JournaledStore } from '../../../src/config/commit/journaled-store.io.js';
import { obstructJournal } from '../../support/journal-obstacle.js';
import { temporaryFolder } from '../../support/test-agent.js';

let folder: string;
let store: JournaledStore;
beforeEach(async () => {
  folder = await temporaryFolder();
  store = new JournaledStore(folder);
  await store.save('<base/>');
});
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true, force: true });
});

const journal = (): string => join(folder, 'running.journal');
const append = (text: string): ReturnType<JournaledStore['append']> =>
  store.append({ number: 2, kind: 'commit', timeMs: 1, user: 'ada', edit: text, undo: `-${text}` });

/** The snapshot and the changes behind it, as a new start finds them. */
async function found(): Promise<readonly string[] | string> {
  const loaded = await new JournaledStore(folder).load();
  if (!loaded.ok) return loaded.error;
  return loaded.value.type === 'empty'
    ? []
    : [loaded.value.xml, ...loaded.value.records.map(({ edit }) => edit)];
}

describe('the journal', () => {
  it('gives back every change in its order, byte for byte', async () => {
    const patches = ['<a/>', '', '<b>\n ä €\u{1f600}\n</b>', '{"length":3}\n'];
    for (const patch of patches) expect((await append(patch)).ok).toBe(true);
    expect(await found()).toEqual(['<base/>', ...patches]);
  });

  it('is for its owner alone', async () => {
    await append('<a/>');
    expect((await stat(journal())).mode & 0o777).toBe(0o600);
  });

  it('ends, cut off at any byte, with the last change that is whole', async () => {
    await append('<one/>');
    const first = (await stat(journal())).size;
    await append('<ä/>');
    const { size } = await stat(journal());
    const whole = await readFile(journal());
    for (let length = 0; length < size; length += 1) {
      await writeFile(journal(), whole.subarray(0, length));
      expect(await found()).toEqual(length < first ? ['<base/>'] : ['<base/>', '<one/>']);
    }
  });

  it('goes on behind the last whole change after a torn one', async () => {
    await append('<one/>');
    await append('<two/>');
    await truncate(journal(), (await stat(journal())).size - 3);
    store = new JournaledStore(folder);
    await store.load();
    await append('<three/>');
    expect(await found()).toEqual(['<base/>', '<one/>', '<three/>']);
  });

  it('ignores a change that was damaged, and what is behind it', async () => {
    await append('<one/>');
    await append('<two/>');
    const text = await readFile(journal(), 'utf8');
    await writeFile(journal(), text.replace('<one/>', '<0ne/>'));
    expect(await found()).toEqual(['<base/>']);
  });

  it('is not given up in silence for a snapshot that was changed by hand', async () => {
    await append('<one/>');
    const running = join(folder, 'running.xml');
    const text = await readFile(running, 'utf8');
    await writeFile(running, text.replace('<base/>', '<mine/>'));
    expect(await found()).toMatch(/changed by hand.*remove/u);
    await writeFile(running, text);
    expect(await found()).toEqual(['<base/>', '<one/>']);
  });

  it('leaves the snapshot to the operator once all is in it', async () => {
    await append('<one/>');
    await store.save('<next/>');
    const running = join(folder, 'running.xml');
    await writeFile(running, (await readFile(running, 'utf8')).replace('<next/>', '<mine/>'));
    expect(await found()).toEqual(['<mine/>']);
  });

  it('is void after its own snapshot is saved again', async () => {
    await append('<one/>');
    expect((await store.save('<base/>')).ok).toBe(true);
    expect(store.hasChanges()).toBe(false);
    expect(await found()).toEqual(['<base/>']);
    await append('<two/>');
    expect(await found()).toEqual(['<base/>', '<two/>']);
  });

  it('does not outlive the snapshot behind the one that it continues', async () => {
    await append('<one/>');
    for (const xml of ['<next/>', '<more/>', '<last/>']) await store.save(xml);
    expect(await found()).toEqual(['<last/>']);
  });

  it('gives back all that is known of a commit', async () => {
    const note = {
      number: 7,
      kind: 'commit',
      timeMs: 5,
      user: 'ada',
      comment: 'ä "b"\n',
      label: '',
    } as const;
    const record = { ...note, edit: '<one/>\n', undo: '' };
    await store.append(record);
    await append('<two/>');
    const loaded = await new JournaledStore(folder).load();
    expect(loaded).toMatchObject({ ok: true, value: { records: [record, { undo: '-<two/>' }] } });
  });

  it('is void after another save, and begins anew', async () => {
    await append('<one/>');
    await store.save('<next/>');
    expect(await found()).toEqual(['<next/>']);
    await append('<two/>');
    expect(await found()).toEqual(['<next/>', '<two/>']);
  });

  it('takes the last change back', async () => {
    await append('<one/>');
    await append('<two/>');
    expect(await store.revert()).toEqual({ ok: true, value: undefined });
    expect(await found()).toEqual(['<base/>', '<one/>']);
    await append('<three/>');
    expect(await found()).toEqual(['<base/>', '<one/>', '<three/>']);
  });

  it('counts again when the snapshot behind it is taken back', async () => {
    await append('<one/>');
    await store.save('<next/>');
    expect((await store.revert()).ok).toBe(true);
    expect(await found()).toEqual(['<base/>', '<one/>']);
    await append('<two/>');
    expect(await found()).toEqual(['<base/>', '<one/>', '<two/>']);
  });

  it('keeps what it had when it cannot be written', async () => {
    await append('<one/>');
    const clear = await obstructJournal(folder);
    const appended = await append('<two/>');
    expect(appended.ok ? '' : appended.error).toMatch(/could not be stored/u);
    await clear();
    expect(await found()).toEqual(['<base/>', '<one/>']);
    expect((await append('<three/>')).ok).toBe(true);
    expect(await found()).toEqual(['<base/>', '<one/>', '<three/>']);
  });

  it('is not written where nobody would find it again', async () => {
    await append('<one/>');
    await rm(journal());
    const appended = await append('<two/>');
    expect(appended.ok ? '' : appended.error).toMatch(/could not be stored/u);
    expect(await found()).toEqual(['<base/>']);
  });

  it('asks for a snapshot when it has grown beyond it', async () => {
    expect(store.shouldCompact()).toBe(false);
    await append('x'.repeat(300_000));
    expect(store.shouldCompact()).toBe(true);
    await store.save('<all/>');
    expect(store.shouldCompact()).toBe(false);
  });

  it('is not fooled by what somebody adds to it', async () => {
    await append('<one/>');
    await appendFile(journal(), 'abc {"length":0}\n\n');
    expect(await found()).toEqual(['<base/>', '<one/>']);
  });
});
