import { cpSync, statSync, truncateSync } from 'node:fs';
import type * as fsPromises from 'node:fs/promises';
import { join, relative } from 'node:path';

type FileSystem = typeof fsPromises;
type Work = (...args: never[]) => Promise<unknown>;

/** Told of each moment at which the program could die: a copy of the folder as it would find it afterwards. */
export type CrashPointListener = (copy: string, what: string) => void;

interface Recording {
  readonly folder: string;
  readonly copies: string;
  readonly listener: CrashPointListener;
  count: number;
}

let recording: Recording | undefined;

/**
 * From now on every change of a file in `folder` that goes through `recordingFileSystem` is followed by a
 * copy of the folder below `copies`: what a process that is killed right then leaves behind. Writes are
 * copied half done too.
 */
export function recordCrashPoints(folder: string, copies: string, listener: CrashPointListener): void {
  recording = { folder, copies, listener, count: 0 };
}

export function stopRecording(): void {
  recording = undefined;
}

/** `node:fs/promises` with an eye on what changes; for `vi.mock`. */
export function recordingFileSystem(actual: FileSystem): FileSystem {
  const { link, mkdir, open, rename, rm, writeFile } = actual;
  return {
    ...actual,
    link: followed(link, 'link'),
    mkdir: followed(mkdir, 'mkdir'),
    rename: followed(rename, 'rename'),
    rm: followed(rm, 'rm'),
    writeFile: followed(writeFile, 'write'),
    open: async (path, flags, mode) => {
      const file = await open(path, flags, mode);
      if (typeof flags === 'string' && flags !== 'r') {
        crashPoint(`open ${String(path)}`);
        watch(file, String(path));
      }
      return file;
    },
  };
}

/** The writing methods of an open file, each followed by its crash points. */
function watch(file: fsPromises.FileHandle, path: string): void {
  const write = file.write.bind(file) as Work;
  const writeFile = file.writeFile.bind(file) as Work;
  const truncate = file.truncate.bind(file) as Work;
  const written = (work: Work, name: string): Work => {
    return async (...args) => {
      const before = statSync(path).size;
      const result = await work(...args);
      const grown = statSync(path).size - before;
      if (grown > 1) crashPoint(`half of ${name} ${path}`, { path, size: before + Math.floor(grown / 2) });
      crashPoint(`${name} ${path}`);
      return result;
    };
  };
  Object.assign(file, {
    write: written(write, 'write'),
    writeFile: written(writeFile, 'write'),
    truncate: followed(truncate, `truncate ${path}`),
  });
}

function followed<T extends (...args: never[]) => Promise<unknown>>(work: T, name: string): T {
  const then = async (...args: Parameters<T>): Promise<unknown> => {
    const result = await work(...args);
    crashPoint(`${name} ${args.map(String).join(' ')}`);
    return result;
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the same function, with something after it
  return then as T;
}

function crashPoint(what: string, cut?: { readonly path: string; readonly size: number }): void {
  if (recording === undefined || !what.includes(recording.folder)) return;
  const { folder, copies, listener } = recording;
  recording.count += 1;
  const copy = join(copies, String(recording.count));
  // At once, before the program gets to do anything else.
  cpSync(folder, copy, { recursive: true });
  if (cut !== undefined) truncateSync(join(copy, relative(folder, cut.path)), cut.size);
  listener(copy, what.replaceAll(folder, ''));
}
