import { describe, expect, test } from 'vitest';
import { formatPrefix } from '../../../src/lib/ip-prefix.js';
import {
  decodeLspPing,
  MALFORMED_RULES,
  NOT_UNDERSTOOD_RULES,
  UNANSWERABLE_RULES,
} from '../../../src/mpls/lsp-ping/decode-message.js';
import { encodeLspPing } from '../../../src/mpls/lsp-ping/encode-message.js';
import type { Fec, LspPingHeader, LspPingTlv } from '../../../src/mpls/lsp-ping/message.js';
import { readVectors, toHex } from '../../support/vector-folder.js';

interface MessageVector {
  readonly describes: string;
  readonly decodeOnly?: boolean;
  readonly header?: LspPingHeader;
  readonly tlvs?: readonly unknown[];
  readonly rule?: string;
  readonly returnCode?: number;
  readonly bfdDiscriminatorPresent?: boolean;
  readonly erroredTlvs?: readonly string[];
}

const VECTORS = readVectors<MessageVector>('lsp-ping');
const GOOD = VECTORS.filter(({ vector }) => vector.rule === undefined);
const BAD = VECTORS.filter(({ vector }) => vector.rule !== undefined);

test('there are vectors of either kind, and one of every rule', () => {
  expect(GOOD.length).toBeGreaterThanOrEqual(20);
  const rules = new Set(BAD.map(({ vector }) => vector.rule));
  expect(rules).toEqual(new Set([...UNANSWERABLE_RULES, ...MALFORMED_RULES, ...NOT_UNDERSTOOD_RULES]));
});

describe('RFC 8029 §3', () => {
  test.each(GOOD)('$name is read', ({ vector, bytes }) => {
    const message = decodeLspPing(bytes);
    expect(message.ok && { header: message.value.header, tlvs: message.value.tlvs.map(writtenTlv) }).toEqual({
      header: vector.header,
      tlvs: vector.tlvs,
    });
  });

  test.each(GOOD.filter(({ vector }) => vector.decodeOnly !== true))(
    '$name is written',
    ({ vector, bytes }) => {
      const message = decodeLspPing(bytes);
      expect(message.ok && toHex(encodeLspPing(message.value))).toBe(toHex(bytes));
      expect(vector.decodeOnly).toBeUndefined();
    },
  );

  test.each(BAD)('$name: $vector.rule', ({ vector, bytes }) => {
    const message = decodeLspPing(bytes);
    if (message.ok) throw new Error('accepted');
    const { error } = message;
    expect(error.rule).toBe(vector.rule);
    expect(error.header === null ? undefined : error.returnCode).toBe(vector.returnCode);
    expect(error.header === null ? undefined : error.bfdDiscriminatorPresent).toBe(
      vector.bfdDiscriminatorPresent,
    );
    const erroredTlvs = error.header === null ? [] : error.erroredTlvs.map(toHex);
    expect(erroredTlvs).toEqual(vector.erroredTlvs ?? []);
  });
});

test('a message owns its bytes: the buffer that it was read from may be used again', () => {
  const pad = GOOD.find(({ name }) => name === 'pad');
  const buffer = Uint8Array.from(pad?.bytes ?? []);
  const message = decodeLspPing(buffer);
  buffer.fill(0xff);
  expect(message.ok && toHex(encodeLspPing(message.value))).toBe(toHex(pad?.bytes ?? new Uint8Array()));
});

/** A TLV as the vectors write it. */
function writtenTlv(tlv: LspPingTlv): unknown {
  if (tlv.type === 'target-fec-stack') {
    return { ...tlv, fecs: tlv.fecs.map(writtenFec) };
  }
  return 'value' in tlv ? { ...tlv, value: toHex(tlv.value) } : tlv;
}

function writtenFec(fec: Fec): unknown {
  return fec.type === 'nil' ? fec : { type: fec.type, prefix: formatPrefix(fec.prefix) };
}
