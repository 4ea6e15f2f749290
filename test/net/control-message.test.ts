import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readControlMessages, type ReceiveInfo } from '../../src/net/control-message.js';

interface ControlMessage {
  readonly level: number;
  readonly type: number;
  readonly data: readonly number[];
}

function encode(messages: readonly ControlMessage[]): DataView {
  const bytes: number[] = [];
  for (const { level, type, data } of messages) {
    const length = 16 + data.length;
    bytes.push(length, 0, 0, 0, 0, 0, 0, 0, level, 0, 0, 0, type, 0, 0, 0, ...data);
    bytes.push(...Array<number>((8 - (length % 8)) % 8).fill(0));
  }
  return new DataView(Uint8Array.from(bytes).buffer);
}

const packetInfo = { level: 0, type: 8, data: [7, 0, 0, 0, 192, 0, 2, 9, 192, 0, 2, 1] };
const ttl = { level: 0, type: 2, data: [255, 0, 0, 0] };
const dropped = { level: 1, type: 40, data: [5, 1, 0, 0] };
const packetInfo6 = { level: 41, type: 50, data: [32, 1, ...Array<number>(14).fill(9), 7, 0, 0, 0] };
const hopLimit = { level: 41, type: 52, data: [255, 0, 0, 0] };
const stranger = { level: 1, type: 29, data: [1, 2, 3, 4, 5, 6, 7, 8] };

describe('control messages of a received datagram', () => {
  test('are understood in any order, among others that are not known', () => {
    fc.assert(
      fc.property(
        fc.constantFrom([packetInfo, ttl], [packetInfo6, hopLimit]).chain(([where, life]) =>
          fc.record({
            where: fc.constant(where),
            life: fc.constant(life),
            messages: fc.shuffledSubarray(
              [where, life, dropped, stranger].filter((one) => one !== undefined),
            ),
          }),
        ),
        ({ where, life, messages }) => {
          const info: ReceiveInfo = {
            interfaceIndex: 99,
            destinationOffset: 99,
            ttl: 99,
            droppedBySocket: 3,
          };
          const view = encode(messages);

          readControlMessages(view, 0, view.byteLength, info);

          const told = where !== undefined && messages.includes(where);
          expect(info).toMatchObject({
            interfaceIndex: told ? 7 : 0,
            ttl: life !== undefined && messages.includes(life) ? 255 : -1,
            droppedBySocket: messages.includes(dropped) ? 261 : 3,
          });
          const first = where === packetInfo ? 0xc0000201 : 0x20010909;
          expect(told ? view.getUint32(info.destinationOffset) : info.destinationOffset).toBe(
            told ? first : -1,
          );
        },
      ),
    );
  });

  test('bytes of any kind end the reading and nothing else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 128 }), (bytes) => {
        const info: ReceiveInfo = { interfaceIndex: 0, destinationOffset: 0, ttl: 0, droppedBySocket: 0 };
        const padded = new DataView(Uint8Array.from([...bytes, ...new Uint8Array(32)]).buffer);

        readControlMessages(padded, 0, bytes.length, info);

        expect(info.droppedBySocket).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});
