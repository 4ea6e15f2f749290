import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatPrefix, makePrefix } from '../../../src/lib/ip-prefix.js';
import { PrefixList } from '../../../src/mpls/tunnels/prefix-list.js';
import type { PrefixListEntry } from '../../../src/mpls/tunnels/prefix-list.js';
import { triggerRefusal } from '../../../src/mpls/tunnels/trigger-policy.js';
import { prefix } from '../../support/prefix.js';

/** `10 permit 192.0.2.0/24 ge 25 le 30` */
function entry(text: string): PrefixListEntry {
  const [index = '', action, written = '', ...bounds] = text.split(' ');
  const bound = (name: string) => {
    const at = bounds.indexOf(name);
    return at < 0 ? null : Number(bounds[at + 1]);
  };
  return {
    index: Number(index),
    action: action === 'permit' ? 'permit' : 'deny',
    prefix: prefix(written),
    greaterEqual: bound('ge'),
    lessEqual: bound('le'),
  };
}

function list(...entries: string[]): PrefixList {
  return new PrefixList('test', entries.map(entry));
}

describe('an entry', () => {
  test.each([
    [
      'without bounds',
      '10 permit 192.0.2.0/24',
      { '192.0.2.0/24': true, '192.0.2.0/25': false, '192.0.2.1/32': false },
    ],
    [
      'with ge',
      '10 permit 192.0.2.0/24 ge 26',
      { '192.0.2.0/25': false, '192.0.2.64/26': true, '192.0.2.1/32': true, '192.0.3.1/32': false },
    ],
    [
      'with le',
      '10 permit 192.0.2.0/24 le 26',
      { '192.0.2.0/24': true, '192.0.2.0/26': true, '192.0.2.0/27': false, '192.0.0.0/23': false },
    ],
    [
      'with both',
      '10 permit 192.0.2.0/24 ge 25 le 26',
      { '192.0.2.0/24': false, '192.0.2.0/25': true, '192.0.2.0/26': true, '192.0.2.0/27': false },
    ],
    [
      'for everything',
      '10 permit 0.0.0.0/0 le 32',
      { '0.0.0.0/0': true, '203.0.113.7/32': true, '::/0': false, '2001:db8::1/128': false },
    ],
    [
      'of IPv6',
      '10 permit 2001:db8::/32 ge 128',
      { '2001:db8::1/128': true, '2001:db8::/32': false, '2001:db9::1/128': false },
    ],
  ])('%s', (_, text, routes) => {
    const decided = Object.keys(routes).map((route) => [route, list(text).permits(prefix(route))]);
    expect(Object.fromEntries(decided)).toEqual(routes);
  });
});

test('entries are asked in the order of their index, not of their writing', () => {
  const both = ['20 permit 192.0.2.0/24 le 32', '10 deny 192.0.2.7/32'];
  expect(list(...both).permits(prefix('192.0.2.7/32'))).toBe(false);
  expect(list(...both).permits(prefix('192.0.2.8/32'))).toBe(true);
  expect(list('5 permit 192.0.2.7/32', ...both).permits(prefix('192.0.2.7/32'))).toBe(true);
});

test('the end of a list is a denial, and so is an empty one', () => {
  expect(list('10 deny 192.0.2.0/24 le 32').permits(prefix('203.0.113.1/32'))).toBe(false);
  expect(list().permits(prefix('203.0.113.1/32'))).toBe(false);
});

test('a last entry that permits all turns a list into one of exceptions', () => {
  const anyHost = fc.uint8Array({ minLength: 4, maxLength: 4 }).map((bytes) => makePrefix(bytes, 32));
  fc.assert(
    fc.property(anyHost, fc.array(anyHost, { maxLength: 8 }), (host, denied) => {
      const entries = denied.map((one, index) => entry(`${index} deny ${formatPrefix(one)}`));
      const all = new PrefixList('test', [...entries, entry('99 permit 0.0.0.0/0 le 32')]);
      const isDenied = denied.some((one) => formatPrefix(one) === formatPrefix(host));
      expect(all.permits(host)).toBe(!isDenied);
      expect(denied.every((one) => !all.permits(one))).toBe(true);
    }),
  );
});

describe('a policy', () => {
  const permitsAll = { type: 'ip-prefix', list: list('10 permit 0.0.0.0/0 le 32') } as const;

  test.each([
    ['none', { type: 'none' } as const, '192.0.2.1/32', 'no-policy'],
    ['host', { type: 'host' } as const, '192.0.2.1/32', null],
    ['host', { type: 'host' } as const, '2001:db8::1/128', null],
    ['host', { type: 'host' } as const, '192.0.2.0/31', 'not-host-route'],
    ['ip-prefix', permitsAll, '192.0.2.1/32', null],
    ['ip-prefix', permitsAll, '192.0.2.0/24', 'not-host-route'],
    ['ip-prefix', permitsAll, '2001:db8::1/128', 'denied-by-prefix-list'],
    ['ip-prefix', { type: 'ip-prefix', list: list() } as const, '192.0.2.1/32', 'denied-by-prefix-list'],
  ])('%s', (_, policy, fec, refusal) => {
    expect(triggerRefusal(policy, prefix(fec))).toBe(refusal);
  });
});
