import type { FrameDecoder, FrameEvent } from '../../../src/netconf/framing/frame-decoder.js';

/** Text as bytes, one byte for each character up to U+00FF. */
export const bytes = (content: string | Uint8Array): Uint8Array =>
  typeof content === 'string' ? Buffer.from(content, 'latin1') : content;

/** All events that `pieces` give. */
export function decodeAll(decoder: FrameDecoder, pieces: readonly Uint8Array[]): FrameEvent[] {
  const events: FrameEvent[] = [];
  for (const piece of pieces) {
    decoder.push(piece);
    for (let event = decoder.next(); event !== undefined; event = decoder.next()) events.push(event);
  }
  return events;
}

/** The messages that have ended, as text of one character for each byte. */
export function messagesOf(events: readonly FrameEvent[]): string[] {
  const messages: string[] = [];
  let content = '';
  for (const event of events) {
    if (event.type === 'data') content += Buffer.from(event.bytes).toString('latin1');
    if (event.type !== 'end') continue;
    messages.push(content);
    content = '';
  }
  return messages;
}

/** `stream` cut at the given offsets, those beyond its end aside. */
export function cut(stream: Uint8Array, offsets: readonly number[]): Uint8Array[] {
  const ends = offsets.filter((offset) => offset <= stream.length).toSorted((one, other) => one - other);
  return [...ends, stream.length].map((end, index) =>
    stream.subarray(index === 0 ? 0 : ends[index - 1]!, end),
  );
}
