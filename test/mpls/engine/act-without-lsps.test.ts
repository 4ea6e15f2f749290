import { describe, expect, test } from 'vitest';
import { actWithoutLsps } from '../../../src/mpls/engine/act-without-lsps.js';

describe('where nothing is wanted of LSPs', () => {
  test('all counters are reset: there are none', () => {
    expect(actWithoutLsps({ type: 'reset-statistics', key: null })).toEqual({ type: 'done' });
  });

  test.each([
    { type: 'reset-statistics', key: 'lsp-ingress/5.5.5.5/32' },
    { type: 'clear', key: 'lsp-ingress/5.5.5.5/32', graceful: true },
  ] as const)('a session that is not there is refused: $type', (action) => {
    expect(actWithoutLsps(action)).toEqual({
      type: 'refused',
      reason: 'nothing is configured of BFD for LSPs',
    });
  });
});
