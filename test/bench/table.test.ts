import { describe, expect, it } from 'vitest';
import { cell, table } from './netconf/table.mjs';

const ms = { key: 'edit', name: 'edit', unit: 'ms', atMost: 25 };
const perS = { key: 'gets', name: 'gets', unit: 'per s', atLeast: 4000 };
const figure = (value: number, more = {}) => ({ figure: { value, ...more } });

/** The cells of the one row, without its name. */
function cells(row: typeof ms | typeof perS, ...results: Parameters<typeof cell>[1][]): readonly string[] {
  const columns = results.map((result, index) => ({
    name: `server ${index}`,
    results: new Map(result === undefined ? [] : [[row.key, result]]),
  }));
  const line = table([row], columns).split('\n').at(-1) ?? '';
  return line
    .split('|')
    .map((text) => text.trim())
    .slice(2, -1);
}

describe('the table', () => {
  it('says how many times less the agent takes', () => {
    expect(cells(ms, figure(10), figure(25))).toEqual(['10 ms', '25 ms', '2.50', '≤ 25 ms', 'yes']);
  });

  it('says how many times more the agent does in a time', () => {
    expect(cells(perS, figure(5000), figure(2500))).toEqual([
      '5000 per s',
      '2500 per s',
      '2',
      '≥ 4000 per s',
      'yes',
    ]);
  });

  it('says no where the target is missed', () => {
    expect(cells(perS, figure(3999)).at(-1)).toBe('**no**');
    expect(cells(ms, figure(25.5, { cpuMs: 25.2 })).at(-1)).toBe('**no**');
  });

  it('says so where processor time alone would be within the target', () => {
    expect(cells(ms, figure(30, { cpuMs: 20 })).at(-1)).toBe('**no**, CPU yes');
    const seconds = { ...ms, unit: 's', atMost: 2.4 };
    expect(cells(seconds, figure(3, { cpuMs: 2300 })).at(-1)).toBe('**no**, CPU yes');
    expect(cells(seconds, figure(3, { cpuMs: 2500 })).at(-1)).toBe('**no**');
  });

  it('tells why a figure is missing, in one cell, and has no ratio then', () => {
    expect(cells(ms, figure(10), { none: 'no answer\n| within 120 s' })).toEqual([
      '10 ms',
      'no answer within 120 s',
      '',
      '≤ 25 ms',
      'yes',
    ]);
    expect(cells(ms, { none: 'needs root' }).at(-1)).toBe('not measured');
  });

  it('has nothing to say without a target', () => {
    const free = { key: 'edit', name: 'edit', unit: 'ms' };
    expect(table([free], [{ name: 'agent', results: new Map([['edit', figure(1)]]) }])).toMatch(
      /1 ms \| {2}\| {2}\|$/u,
    );
  });
});

describe('a figure', () => {
  it('has three digits, its unit, what belongs to it and processor time', () => {
    expect(cell(ms, figure(1.2345, { cpuMs: 0.98765, beside: 'p95 2' }))).toBe(
      '1.23 ms (p95 2; CPU 0.988 ms)',
    );
    expect(cell({ ...ms, unit: 's' }, figure(0.12345, { cpuMs: 100 }))).toBe('0.123 s (CPU 0.100 s)');
    expect(cell(ms, figure(1234.5))).toBe('1235 ms');
  });
});
