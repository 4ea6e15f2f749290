import { statSync } from 'node:fs';
import { open, readFile, rm, writeFile, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { syncFolder } from '../../lib/durable-file.io.js';

/**
 * The file of a journal (0600). It stays open from one record to the next: opening and closing it would cost
 * more than the record. What its methods throw is the system's.
 */
export class JournalFile {
  readonly path: string;
  #open: { readonly file: FileHandle; readonly inode: number } | undefined;

  constructor(path: string) {
    this.path = path;
  }

  /** What is in it; '' when it is not there. */
  async read(): Promise<string> {
    try {
      return await readFile(this.path, 'utf8');
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
      throw error;
    }
  }

  /** Goes on with `bytes` at `position`, its end, durably: what is written is synchronous. At 0 it begins anew. */
  async write(bytes: Uint8Array, position: number): Promise<void> {
    if (position === 0) {
      await writeFile(this.path, '', { mode: 0o600 });
      await syncFolder(dirname(this.path));
    }
    const file = await this.#opened();
    const { bytesWritten } = await file.write(bytes, 0, bytes.length, position);
    if (bytesWritten < bytes.length) throw new Error('only a part of it could be written');
  }

  /** Takes what is behind a position away, durably; there is a file afterwards. */
  async cut(position: number): Promise<void> {
    const file = await open(this.path, position === 0 ? 'w' : 'r+', 0o600);
    try {
      await file.truncate(position);
      await file.sync();
    } finally {
      await file.close();
    }
  }

  /** Removes it, where it is, durably. */
  async remove(): Promise<void> {
    await this.close();
    await rm(this.path, { force: true });
    await syncFolder(dirname(this.path));
  }

  /** Keeps it open no longer; it is opened again when it is written. */
  async close(): Promise<void> {
    const file = this.#open?.file;
    this.#open = undefined;
    await file?.close();
  }

  /** What somebody has put another file in the place of, or taken away, is not written to in vain. */
  async #opened(): Promise<FileHandle> {
    const inode = statSync(this.path, { throwIfNoEntry: false })?.ino;
    if (this.#open !== undefined && this.#open.inode === inode) return this.#open.file;
    await this.close();
    const file = await open(this.path, 'rs+');
    this.#open = { file, inode: (await file.stat()).ino };
    return file;
  }
}
