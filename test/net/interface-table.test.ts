import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseHostAddress, type HostAddress } from '../../src/net/host-address.js';
import { InterfaceTable } from '../../src/net/interface-table.js';
import { decodeNetlink, type NetlinkNews } from '../../src/net/netlink-message.js';

const eth0 = { type: 'link', index: 2, name: 'eth0', up: true, pointToPoint: false, running: true } as const;
const first = { local: address('10.0.0.1'), peer: address('10.0.0.1'), prefixLength: 24 };
const second = { local: address('2001:db8::1'), peer: address('2001:db8::1'), prefixLength: 64 };

function address(text: string): HostAddress {
  const parsed = parseHostAddress(text);
  if (parsed === null) throw new Error(`${text} is no address`);
  return parsed;
}

function tableOf(...news: readonly NetlinkNews[]): InterfaceTable {
  const table = new InterfaceTable();
  news.forEach((one) => table.apply(one));
  return table;
}

describe('the interfaces of the host', () => {
  test('an interface is found by the name that it has now', () => {
    const table = tableOf(eth0, { ...eth0, name: 'wan0' });

    expect(table.byName('eth0')).toBeNull();
    expect(table.byName('wan0')).toMatchObject({ index: 2, up: true });
  });

  test('a name that went to another interface stays with that one when the first is gone', () => {
    const table = tableOf(eth0, { ...eth0, index: 3 }, { type: 'link-gone', index: 2 });

    expect(table.byName('eth0')?.index).toBe(3);
  });

  test('an address counts as the host’s as long as an interface that is up has it', () => {
    const table = tableOf(eth0, { type: 'address', index: 2, address: first });
    expect(table.hasAddress(first.local)).toBe(true);

    table.apply({ ...eth0, up: false });
    expect(table.hasAddress(first.local)).toBe(false);

    table.apply(eth0);
    expect(table.hasAddress(first.local)).toBe(true);

    table.apply({ type: 'address-gone', index: 2, address: first });
    expect(table.hasAddress(first.local)).toBe(false);
  });

  test('news of an address that is known already change nothing, its place least of all', () => {
    const table = tableOf(
      eth0,
      { type: 'address', index: 2, address: first },
      { type: 'address', index: 2, address: second },
      { type: 'address', index: 2, address: { ...first } },
    );

    expect([...(table.byName('eth0')?.addresses.values() ?? [])]).toEqual([first, second]);
  });

  test('addresses of an interface that is gone are gone', () => {
    const table = tableOf(
      eth0,
      { type: 'address', index: 2, address: first },
      { type: 'link-gone', index: 2 },
    );

    expect(table.hasAddress(first.local)).toBe(false);
    expect(table.byName('eth0')).toBeNull();
  });
});

/** struct nlmsghdr, struct ifaddrmsg and attributes. */
function addressMessage(
  type: number,
  attributes: readonly (readonly [number, readonly number[]])[],
  header = [2, 24, 0],
): number[] {
  const body = [...header, 0, 7, 0, 0, 0];
  for (const [kind, data] of attributes) {
    body.push(4 + data.length, 0, kind, 0, ...data);
  }
  return [16 + body.length, 0, 0, 0, type, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, ...body];
}

describe('rtnetlink messages', () => {
  test('a point-to-point address has its own end and the other', () => {
    const bytes = Uint8Array.from([
      ...addressMessage(20, [
        [1, [10, 0, 0, 2]],
        [2, [10, 0, 0, 1]],
      ]),
      ...addressMessage(21, [[1, [10, 0, 0, 3]]]),
    ]);

    expect(decodeNetlink(bytes)).toEqual([
      {
        type: 'address',
        index: 7,
        address: { local: address('10.0.0.1'), peer: address('10.0.0.2'), prefixLength: 24 },
      },
      {
        type: 'address-gone',
        index: 7,
        address: { local: address('10.0.0.3'), peer: address('10.0.0.3'), prefixLength: 24 },
      },
    ]);
  });

  test('an IPv6 address is the host’s once no other has been found to have it', () => {
    const bytes = [...address('fe80::1').bytes];
    const news = (flags: readonly number[]) =>
      decodeNetlink(
        Uint8Array.from(
          addressMessage(
            20,
            [
              [1, bytes],
              [8, flags],
            ],
            [10, 64, 0x80],
          ),
        ),
      ).map(({ type }) => type);

    expect(news([0x80, 0, 0, 0])).toEqual(['address']);
    expect(news([0x40, 0, 0, 0])).toEqual(['address-gone']);
    expect(news([0x44, 0, 0, 0])).toEqual(['address']);
    expect(news([0x08, 0, 0, 0])).toEqual(['address-gone']);
  });

  test('bytes of any kind are read to their end', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(40), (bytes, type) => {
        const message = Uint8Array.from([...new Uint8Array(16), ...bytes]);
        new DataView(message.buffer).setUint32(0, message.length, true);
        new DataView(message.buffer).setUint16(4, type, true);

        expect(decodeNetlink(message).length).toBeLessThanOrEqual(message.length / 16);
      }),
    );
  });
});
