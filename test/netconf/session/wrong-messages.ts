import { BASE, chunks, type FlatError } from './session-harness.js';

export const inRpc = (content: string): string => `<rpc xmlns="${BASE}" message-id="5">${content}</rpc>`;

/** Messages that are no well-formed XML, or use what is refused; with the message-id that was read. */
export const MALFORMED: readonly (readonly [string, string | Uint8Array, string | undefined])[] = [
  ['text', 'hello', undefined],
  ['white space', '  \n', undefined],
  ['an rpc that is not closed', inRpc('<get/>').slice(0, -6), '5'],
  ['mismatched tags', inRpc('<get></get-config>'), '5'],
  ['a start tag that is cut off', '<rpc message-id="5', undefined],
  ['a duplicate attribute', `<rpc xmlns="${BASE}" message-id="5" message-id="6"><get/></rpc>`, undefined],
  ['an undeclared prefix', inRpc('<x:get/>'), '5'],
  ['an undefined entity', inRpc('<get>&nbsp;</get>'), '5'],
  ['a second root', `${inRpc('<get/>')}<rpc/>`, '5'],
  ['text after the root', `${inRpc('<get/>')}x`, '5'],
  ['a document type declaration', `<!DOCTYPE rpc>${inRpc('<get/>')}`, undefined],
  [
    'an entity bomb',
    `<!DOCTYPE rpc [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]>${inRpc('<get>&b;</get>')}`,
    undefined,
  ],
  ['a processing instruction', inRpc('<?x y?><get/>'), '5'],
  ['another encoding', `<?xml version="1.0" encoding="UTF-16"?>${inRpc('<get/>')}`, undefined],
  ['bytes that are not UTF-8', Buffer.from(inRpc('<get>\xff</get>'), 'latin1'), undefined],
  ['a control character', inRpc('<get>\u0001</get>'), '5'],
  [
    'malformed configuration',
    inRpc('<edit-config><target><candidate/></target><config><a></b></config></edit-config>'),
    '5',
  ],
  [
    'configuration with an undeclared prefix',
    inRpc('<edit-config><target><candidate/></target><config><x:a/></config></edit-config>'),
    '5',
  ],
  [
    'configuration with a document type declaration',
    inRpc('<edit-config><target><candidate/></target><config><!DOCTYPE a><a/></config></edit-config>'),
    '5',
  ],
];

/** Bytes that are no chunked framing. */
export const BROKEN_FRAMING: readonly (readonly [string, string])[] = [
  ['no chunk', inRpc('<get/>')],
  ['end-of-message framing', `${inRpc('<get/>')}]]>]]>`],
  ['a chunk of size zero', '\n#0\n'],
  ['a leading zero', `\n#0${inRpc('<get/>').length}\n${inRpc('<get/>')}\n##\n`],
  ['a size that is no number', '\n#x\n'],
  ['a size above 4294967295', '\n#4294967296\n'],
  ['a chunk that is longer than it says', `\n#5\n${inRpc('<get/>')}\n##\n`],
  ['a message without a chunk', '\n##\n'],
  ['a line feed too many', `\n${chunks(inRpc('<get/>')).toString()}`],
];

/** Well-formed messages that are no rpc, with the errors and the message-id of the answer. */
export const NO_RPCS: readonly (readonly [string, string, readonly FlatError[], string | undefined])[] = [
  [
    'another element',
    `<foo xmlns="${BASE}" message-id="5"/>`,
    [['rpc', 'unknown-element', { 'bad-element': 'foo' }]],
    undefined,
  ],
  [
    'a second hello',
    `<hello xmlns="${BASE}"/>`,
    [['rpc', 'unknown-element', { 'bad-element': 'hello' }]],
    undefined,
  ],
  [
    'an rpc-reply',
    `<rpc-reply xmlns="${BASE}" message-id="5"><ok/></rpc-reply>`,
    [['rpc', 'unknown-element', { 'bad-element': 'rpc-reply' }]],
    undefined,
  ],
  [
    'an rpc of another namespace',
    '<rpc xmlns="urn:x" message-id="5"><get/></rpc>',
    [['rpc', 'unknown-namespace', { 'bad-element': 'rpc', 'bad-namespace': 'urn:x' }]],
    undefined,
  ],
  [
    'an rpc without a namespace',
    '<rpc message-id="5"><get/></rpc>',
    [['rpc', 'unknown-namespace', { 'bad-element': 'rpc', 'bad-namespace': '' }]],
    undefined,
  ],
  [
    'an rpc without message-id',
    `<rpc xmlns="${BASE}"><get/></rpc>`,
    [['rpc', 'missing-attribute', { 'bad-attribute': 'message-id', 'bad-element': 'rpc' }]],
    undefined,
  ],
  [
    'an rpc with a message-id that is too long',
    `<rpc xmlns="${BASE}" message-id="${'5'.repeat(4096)}"><get/></rpc>`,
    [['rpc', 'bad-attribute', { 'bad-attribute': 'message-id', 'bad-element': 'rpc' }]],
    '5'.repeat(4096),
  ],
  ['an rpc without an operation', inRpc(''), [['rpc', 'missing-element', { 'bad-element': 'rpc' }]], '5'],
  ['an rpc with text', inRpc('x<get/>'), [['rpc', 'bad-element', { 'bad-element': 'rpc' }]], '5'],
  [
    'an rpc with two operations',
    inRpc('<get/><discard-changes/>'),
    [['rpc', 'bad-element', { 'bad-element': 'discard-changes' }]],
    '5',
  ],
];
