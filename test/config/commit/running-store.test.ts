import { mkdir, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RunningStore } from '../../../src/config/commit/running-store.io.js';
import { takeStateFolder } from '../../../src/config/commit/state-folder.io.js';
import { temporaryFolder } from '../../support/test-agent.js';

let folder: string;
let store: RunningStore;
beforeEach(async () => {
  folder = await temporaryFolder();
  store = new RunningStore(folder);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const stored = (xml: string): unknown => ({ ok: true, value: { type: 'stored', xml, patches: [] } });

describe('the running store', () => {
  it('is empty at first', async () => {
    expect(await store.load()).toEqual({ ok: true, value: { type: 'empty' } });
  });

  it('gives back what was saved last, byte for byte', async () => {
    for (const xml of ['<a xmlns="x">1</a>', '', '<a xmlns="x">\n ä €\u{1f600}</a>']) {
      expect(await store.save(xml)).toEqual({ ok: true, value: undefined });
      expect(await new RunningStore(folder).load()).toEqual(stored(xml));
    }
  });

  it('keeps the configuration before, and reverts to it', async () => {
    await store.save('<one/>');
    await store.save('<two/>');
    expect(await readFile(join(folder, 'running.previous.xml'), 'utf8')).toContain('<one/>');
    expect(await store.revert()).toEqual({ ok: true, value: undefined });
    expect(await store.load()).toEqual(stored('<one/>'));
    await store.save('<three/>');
    expect(await store.load()).toEqual(stored('<three/>'));
    expect(await readFile(join(folder, 'running.previous.xml'), 'utf8')).toContain('<one/>');
  });

  it('writes files that only their owner can read, and leaves no others', async () => {
    await store.save('<one/>');
    await store.save('<two/>');
    expect((await readdir(folder)).toSorted()).toEqual(['running.previous.xml', 'running.xml']);
    for (const name of await readdir(folder)) {
      expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600);
    }
  });

  it('reports a file that is cut off, and leaves it alone', async () => {
    await store.save('<one/>');
    const path = join(folder, 'running.xml');
    const cut = (await readFile(path, 'utf8')).slice(0, -8);
    await writeFile(path, cut);
    const loaded = await store.load();
    expect(loaded.ok ? '' : loaded.error).toMatch(/running\.xml is damaged.*running\.previous\.xml/su);
    expect(await readFile(path, 'utf8')).toBe(cut);
  });

  it('does not take a lost file for a first start', async () => {
    await store.save('<one/>');
    await store.save('<two/>');
    await rm(join(folder, 'running.xml'));
    const loaded = await store.load();
    expect(loaded.ok ? '' : loaded.error).toMatch(/running\.xml is missing/u);
  });

  it('keeps what it had when it cannot write', async () => {
    await store.save('<one/>');
    await mkdir(join(folder, 'running.new.xml'));
    const saved = await store.save('<two/>');
    expect(saved.ok ? '' : saved.error).toMatch(/could not be stored/u);
    expect(await store.load()).toEqual(stored('<one/>'));
  });

  it('goes on after what a crash has left behind', async () => {
    await store.save('<one/>');
    await writeFile(join(folder, 'running.new.xml'), '<config xml');
    await writeFile(join(folder, 'running.link.xml'), 'old');
    expect(await store.save('<two/>')).toEqual({ ok: true, value: undefined });
    expect(await store.load()).toEqual(stored('<two/>'));
  });
});

describe('the state folder', () => {
  it('is made for its owner alone', async () => {
    const path = join(folder, 'deep', 'state');
    const taken = await takeStateFolder(path);
    expect(taken.ok).toBe(true);
    expect((await stat(path)).mode & 0o777).toBe(0o700);
    if (taken.ok) await taken.value.release();
  });

  it('belongs to one agent at a time', async () => {
    const first = await takeStateFolder(folder);
    const second = await takeStateFolder(folder);
    expect(second).toEqual({
      ok: false,
      error: `The state folder ${folder} is used by another agent (process ${process.pid}).`,
    });
    if (first.ok) await first.value.release();
    const third = await takeStateFolder(folder);
    expect(third.ok).toBe(true);
    if (third.ok) await third.value.release();
  });

  it('is closed to others when it was open and empty', async () => {
    const path = join(folder, 'open');
    await mkdir(path, { mode: 0o755 });
    const taken = await takeStateFolder(path);
    expect(taken.ok).toBe(true);
    expect((await stat(path)).mode & 0o777).toBe(0o700);
    if (taken.ok) await taken.value.release();
  });

  it('is never a folder that is open to others and holds something else', async () => {
    const path = join(folder, 'shared');
    await mkdir(path, { mode: 0o755 });
    await writeFile(join(path, 'letter.txt'), 'dear');
    const taken = await takeStateFolder(path);
    expect(taken.ok ? '' : taken.error).toMatch(/open to other users/u);
    expect((await stat(path)).mode & 0o777).toBe(0o755);
  });

  it('that cannot be made is an error with the reason', async () => {
    await writeFile(join(folder, 'file'), '');
    const taken = await takeStateFolder(join(folder, 'file', 'state'));
    expect(taken.ok ? '' : taken.error).toMatch(/cannot be used: ENOTDIR/u);
  });
});
