import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { ReplyMode } from '../../../src/mpls/lsp-ping/codepoints.js';
import { decodeLspPing } from '../../../src/mpls/lsp-ping/decode-message.js';
import { echoRequestMessage } from '../../../src/mpls/lsp-ping/echo-request.js';
import type { EchoRequest } from '../../../src/mpls/lsp-ping/echo-request.js';
import { encodeLspPing } from '../../../src/mpls/lsp-ping/encode-message.js';
import { findTlv } from '../../../src/mpls/lsp-ping/message.js';
import { prefix } from '../../support/prefix.js';
import { readVectors, toHex } from '../../support/vector-folder.js';

const REQUEST: EchoRequest = {
  fec: { type: 'bgp', prefix: prefix('5.5.5.5/32') },
  sendersHandle: 0x4001,
  sequenceNumber: 1,
  replyMode: ReplyMode.ReplyUdp,
  discriminator: 0x4001,
  sentUnixUs: Date.UTC(2026, 10, 21) * 1000,
};

test('the request for a session is the reference request', () => {
  const frame = readVectors('mpls-frames').find(({ name }) => name === 'ex1-echo-request');
  expect(toHex(encodeLspPing(echoRequestMessage(REQUEST)))).toBe(
    toHex(frame?.bytes.slice(-56) ?? new Uint8Array()),
  );
});

test('a plain ping has no discriminator', () => {
  expect(findTlv(echoRequestMessage({ ...REQUEST, discriminator: null }), 'bfd-discriminator')).toBeNull();
});

test('a size is kept, up to the next multiple of four, by a pad that the reply leaves out', () => {
  fc.assert(
    fc.property(fc.integer({ min: 57, max: 1500 }), (size) => {
      const bytes = encodeLspPing(echoRequestMessage({ ...REQUEST, size }));
      const message = decodeLspPing(bytes);
      expect(message.ok && findTlv(message.value, 'pad')?.value[0]).toBe(1);
      // A pad takes eight bytes at least.
      expect(bytes.length).toBe(Math.max(64, Math.ceil(size / 4) * 4));
    }),
  );
});

test('a size that is there already needs no pad', () => {
  expect(encodeLspPing(echoRequestMessage({ ...REQUEST, size: 56 }))).toHaveLength(56);
});
