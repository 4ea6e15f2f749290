import { describe, expect, test } from 'vitest';
import { validateFecs } from '../../../src/mpls/egress/fec-validation.js';
import type { Fec } from '../../../src/mpls/lsp-ping/message.js';
import { hostFecs } from '../../support/host-fecs.js';
import { prefix } from '../../support/prefix.js';

const ADDRESSES = ['5.5.5.5', '5.5.5.6', '2001:db8::5', '127.0.0.1'];
const bgp = (text: string): Fec => ({ type: 'bgp', prefix: prefix(text) });

describe('labels that are not known', () => {
  const local = hostFecs(ADDRESSES, null);

  test.each<[number[], string, number]>([
    [[48120], '5.5.5.5/32', 3],
    [[], '5.5.5.5/32', 3],
    [[17, 99], '2001:db8::5/128', 3],
    [[48120], '5.5.5.7/32', 4],
    [[48120], '10.0.0.0/8', 4],
    [[48120], '5.5.5.0/24', 4],
    [[48120], '127.0.0.1/32', 4],
  ])('labels %j, FEC %s: return code %i', (labels, fec, returnCode) => {
    expect(validateFecs(labels, [bgp(fec)], local)).toEqual({ returnCode, returnSubcode: 1 });
  });
});

describe('labels that are known', () => {
  const local = hostFecs(ADDRESSES, [{ label: 48120, fec: '5.5.5.5/32' }]);

  test.each<[number[], string, number]>([
    [[48120], '5.5.5.5/32', 3],
    [[48121], '5.5.5.5/32', 11],
    [[], '5.5.5.5/32', 10],
    [[], '5.5.5.6/32', 3],
    [[48120], '5.5.5.7/32', 4],
  ])('labels %j, FEC %s: return code %i', (labels, fec, returnCode) => {
    expect(validateFecs(labels, [bgp(fec)], local)).toEqual({ returnCode, returnSubcode: 1 });
  });
});

test('a Nil FEC is no address', () => {
  expect(hostFecs(ADDRESSES, null).fecMapping({ type: 'nil', label: 0 })).toBeNull();
});
