import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeControlPacket } from '../../../src/bfd/packet/control-packet.js';
import { AuthenticatedDriver, MD5, SHA1, signed } from '../conformance/authenticated-packet.js';
import { Up } from '../session/session-driver.js';

describe.each([...MD5, ...SHA1])('a session that is authenticated with $name', (type) => {
  test('is not disturbed by a packet that was changed on its way, whatever was changed', () => {
    const driver = new AuthenticatedDriver(type).up();
    const change = fc.tuple(fc.nat({ max: 24 + type.bytes - 1 }), fc.integer({ min: 1, max: 255 }));
    let discarded = 0;
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
        const packet = { ...driver.packet(Up, { poll: true }), authenticationPresent: true };
        const bytes = signed(type, packet, { sequence: driver.sequence });
        const original = bytes.slice();
        for (const [offset, bits] of changes) {
          bytes[offset] = (bytes[offset] ?? 0) ^ bits;
        }
        fc.pre(!Buffer.from(bytes).equals(original));
        const decoded = decodeControlPacket(bytes, 0, bytes.length);
        if (decoded.ok) {
          driver.receiveBytes(decoded.value, bytes);
          discarded += 1;
        }
        expect(driver.effects.every((effect) => effect.type === 'discarded')).toBe(true);
        expect(driver.session.localState).toBe(Up);
        expect(driver.session.remoteState).toBe(Up);
      }),
      { numRuns: 3000 },
    );
    expect(discarded).toBeGreaterThan(1000);
    expect(driver.effects).toHaveLength(discarded);
    // The next good packet, with the number that all of them had, is accepted.
    expect(driver.receiveSigned(Up).some((effect) => effect.type === 'discarded')).toBe(false);
  });
});
