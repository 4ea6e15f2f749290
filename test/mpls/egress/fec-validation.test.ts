import { describe, expect, test } from 'vitest';
import { formatPrefix } from '../../../src/lib/ip-prefix.js';
import { validateFecs } from '../../../src/mpls/egress/fec-validation.js';
import type { EgressForwarding } from '../../../src/mpls/egress/fec-validation.js';
import type { Fec } from '../../../src/mpls/lsp-ping/message.js';
import { prefix } from '../../support/prefix.js';

const IPV4_EXPLICIT_NULL = 0;
const ROUTER_ALERT = 1;
const IMPLICIT_NULL = 3;
const ENTROPY_INDICATOR = 7;
const TRANSPORT = 1024;
const SERVICE = 48120;
const SWITCHED = 2000;

/** An egress: two labels end here, one goes on, and FECs by the last number of their address. */
const FORWARDING: EgressForwarding = {
  labelOperation(label) {
    if (label === TRANSPORT || label === SERVICE) return 'pop';
    return label === SWITCHED ? 'switch' : null;
  },
  fecMapping(fec) {
    const labels: Record<string, number | null> = {
      '192.0.2.1/32': SERVICE,
      '192.0.2.2/32': TRANSPORT,
      '192.0.2.3/32': IMPLICIT_NULL,
      '192.0.2.4/32': IPV4_EXPLICIT_NULL,
      '192.0.2.5/32': null,
    };
    const label = fec.type === 'nil' ? undefined : labels[formatPrefix(fec.prefix)];
    return label === undefined ? null : { label };
  },
};

const bgp = (last: number): Fec => ({ type: 'bgp', prefix: prefix(`192.0.2.${last}/32`) });
const service = bgp(1);
const transport = bgp(2);
const implicit = bgp(3);
const explicit = bgp(4);
const anyLabel = bgp(5);
const unknown = bgp(6);
const nil = (label: number): Fec => ({ type: 'nil', label });

describe('RFC 8029 §4.4: what the replying system is for', () => {
  test.each<[string, number[], Fec[], number, number]>([
    ['the label of the FEC', [SERVICE], [service], 3, 1],
    ['its label under one that ends here too', [TRANSPORT, SERVICE], [service], 3, 1],
    ['both FECs with their labels', [TRANSPORT, SERVICE], [transport, service], 3, 2],
    ['both FECs, the upper label popped before', [SERVICE], [implicit, service], 3, 1],
    ['a FEC with Implicit Null, no label', [], [implicit], 3, 1],
    ['a FEC with Implicit Null, under a label of something else', [TRANSPORT], [implicit], 3, 1],
    ['a FEC with Explicit Null', [IPV4_EXPLICIT_NULL], [explicit], 3, 1],
    ['a FEC with Explicit Null that was popped before', [], [explicit], 3, 1],
    ['the label under Router Alert', [ROUTER_ALERT, SERVICE], [service], 3, 1],
    ['the label above Explicit Null', [SERVICE, IPV4_EXPLICIT_NULL], [service], 3, 1],
    ['the label above an entropy label', [SERVICE, ENTROPY_INDICATOR, 999_999], [service], 3, 1],
    ['a FEC whose label is not known here, any label', [SERVICE], [anyLabel], 3, 1],
    ['a FEC whose label is not known here, no label', [], [anyLabel], 3, 1],
    ['a Nil FEC on top hides the others', [SERVICE], [nil(0), unknown], 3, 1],
    ['a Nil FEC below passes', [SERVICE], [service, nil(0)], 3, 2],

    ['a FEC that does not end here', [SERVICE], [unknown], 4, 1],
    ['an upper FEC that does not end here', [TRANSPORT, SERVICE], [unknown, service], 4, 2],
    ['the label of another FEC', [TRANSPORT], [service], 10, 1],
    ['an upper label of another FEC', [SERVICE, SERVICE], [transport, service], 10, 2],
    ['no label where the FEC has one', [], [service], 10, 1],
    ['a Nil FEC below with a label that means something', [SERVICE], [service, nil(500)], 10, 1],
    ['a label that nobody knows', [555], [service], 11, 1],
    ['a label that nobody knows, above a good one', [555, SERVICE], [service], 11, 2],
    ['a special label that is not for this', [13], [service], 11, 1],
    ['a label that is switched', [SWITCHED], [service], 8, 1],
    ['a label that is switched, on top', [SWITCHED, SERVICE], [service], 8, 2],
  ])('%s', (_, labels, fecs, returnCode, returnSubcode) => {
    expect(validateFecs(labels, fecs, FORWARDING)).toEqual({ returnCode, returnSubcode });
  });
});
