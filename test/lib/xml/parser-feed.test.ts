import { expect, it } from 'vitest';
import { ParserFeed } from '../../../src/lib/xml/parser-feed.js';

it('keeps from the parser what is plain behind a tag, whatever pieces it arrives in', () => {
  const document = '<a><b>x</b>\n<b><c/>y</b></a><d k="1"><e>1</e></d>';
  for (let cut = 0; cut <= document.length; cut += 1) {
    const given: string[] = [];
    const parser = {
      position: 0,
      line: 1,
      column: 0,
      write(text: string): void {
        given.push(text);
        parser.position += text.length;
        if (text.endsWith('>')) feed.tagRead();
      },
    };
    const feed = new ParserFeed(parser, () => 3);
    feed.write(document.slice(0, cut));
    feed.write(document.slice(cut));
    feed.end();
    expect(given.join('')).toBe('<a></a><d k="1"></d>');
    expect(feed.position).toBe(document.length);
    expect(feed.place).toMatch(/^2:/u);
  }
});
