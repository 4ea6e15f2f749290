import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LoggedNotification } from '../../../src/netconf/notify/notification-log.js';
import { ReplayLog, type ReplayLogBounds } from '../../../src/netconf/notify/replay-log.io.js';

const START = Date.UTC(2026, 0, 1);
let folder: string;
let said: string[];
const note = (_fields: object, text: string): void => void said.push(text);
const log = { debug: note, info: note, warn: note, error: note };

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'replay-log-'));
  said = [];
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

const open = (bounds?: ReplayLogBounds, nowMs = START): ReplayLog =>
  new ReplayLog(join(folder, 'log'), log, nowMs, bounds);

function append(to: ReplayLog, from: number, count: number): void {
  for (let index = from; index < from + count; index += 1) {
    to.append({ timeMs: START + index, xml: `<n xmlns="urn:n">${index}</n>` });
  }
}

function all(of: ReplayLog): LoggedNotification[] {
  const found: LoggedNotification[] = [];
  for (let part = of.read(0); part.length > 0; part = of.read(found.at(-1)?.sequence ?? 0))
    found.push(...part);
  return found;
}

const files = (): string[] =>
  readdirSync(join(folder, 'log'))
    .filter((name) => name.endsWith('.log'))
    .toSorted();

const numbers = (records: readonly LoggedNotification[]): number[] => records.map(({ sequence }) => sequence);

describe('the log of notifications', () => {
  it('is empty at first, and was begun then', () => {
    const fresh = open();
    expect(all(fresh)).toEqual([]);
    expect([fresh.oldestSequence, fresh.lastSequence]).toEqual([1, 0]);
    expect([fresh.creationMs, fresh.agedMs]).toEqual([START, null]);
  });

  it('gives back what was appended, in order, from any number on', () => {
    const one = open();
    append(one, 1, 5);
    expect(numbers(all(one))).toEqual([1, 2, 3, 4, 5]);
    expect(numbers(one.read(3))).toEqual([4, 5]);
    expect(one.read(5)).toEqual([]);
    expect(one.read(2)[0]).toEqual({ sequence: 3, timeMs: START + 3, xml: '<n xmlns="urn:n">3</n>' });
  });

  it('has it all after it was opened again, and goes on', () => {
    const first = open({ maxBytes: 1_000_000, maxRecords: 80 });
    append(first, 1, 25);
    first.close();
    const second = open({ maxBytes: 1_000_000, maxRecords: 80 }, START + 999);
    append(second, 26, 3);
    expect(numbers(all(second))).toEqual(Array.from({ length: 28 }, (_, index) => index + 1));
    expect(second.creationMs).toBe(START);
    expect(said).toEqual([]);
  });

  it('is bounded in count: the oldest go, and it says until when', () => {
    const one = open({ maxBytes: 1_000_000, maxRecords: 80 });
    append(one, 1, 1000);
    const kept = all(one);
    expect(kept.length).toBeLessThanOrEqual(80);
    expect(kept.length).toBeGreaterThan(60);
    expect(kept.at(-1)?.sequence).toBe(1000);
    expect(one.oldestSequence).toBe(kept[0]?.sequence);
    expect(one.agedMs).toBe(START + one.oldestSequence - 1);
    one.close();
    expect(open({ maxBytes: 1_000_000, maxRecords: 80 }).agedMs).toBe(one.agedMs);
  });

  it('is bounded in bytes on the disk', () => {
    const one = open({ maxBytes: 8000, maxRecords: 1_000_000 });
    append(one, 1, 2000);
    const bytes = files().reduce((sum, name) => sum + statSync(join(folder, 'log', name)).size, 0);
    expect(bytes).toBeLessThanOrEqual(8000);
    expect(bytes).toBeGreaterThan(5000);
  });

  it('cuts off a last record that was not written to its end, and says so', () => {
    const first = open();
    append(first, 1, 3);
    first.close();
    appendFileSync(join(folder, 'log', files()[0] ?? ''), '[4,17,"<n xmlns=\\"ur');
    const second = open();
    append(second, 4, 1);
    expect(numbers(all(second))).toEqual([1, 2, 3, 4]);
    second.close();
    expect(numbers(all(open()))).toEqual([1, 2, 3, 4]);
    expect(said).toEqual(['the log of notifications has lost some']);
  });

  it('cut anywhere, it opens with the whole records before the cut', () => {
    const first = open();
    append(first, 1, 4);
    first.close();
    const path = join(folder, 'log', files()[0] ?? '');
    const whole = readFileSync(path);
    for (let length = 0; length <= whole.length; length += 1) {
      writeFileSync(path, whole.subarray(0, length));
      const again = open();
      const lines = whole.subarray(0, length).toString().split('\n').length - 1;
      expect(numbers(all(again))).toEqual([1, 2, 3, 4].slice(0, lines));
      append(again, 9, 1);
      expect(all(again).at(-1)?.sequence).toBe(lines + 1);
      again.close();
    }
  });

  it('leaves out damaged records', () => {
    const first = open();
    append(first, 1, 3);
    first.close();
    const path = join(folder, 'log', files()[0] ?? '');
    const [one, , three] = readFileSync(path, 'utf8').split('\n');
    writeFileSync(path, `${one}\n{"not":"a record"}\n${three}\n`);
    expect(numbers(all(open()))).toEqual([1, 3]);
    expect(said).toHaveLength(1);
  });

  it('tells those who listen even what it cannot write, and the operator once', () => {
    const one = open({ maxBytes: 1_000_000, maxRecords: 80 });
    append(one, 1, 10);
    rmSync(join(folder, 'log'), { recursive: true });
    append(one, 11, 2);
    expect(numbers(one.read(10))).toEqual([11, 12]);
    expect(said).toEqual(['notifications are not logged']);
  });
});
