import { BASE } from './session-harness.js';

const wrap = (content: string): string => `<hello xmlns="${BASE}">${content}</hello>]]>]]>`;
const capabilities = '<capabilities><capability>urn:ietf:params:netconf:base:1.1</capability></capabilities>';
const rpc = `<rpc xmlns="${BASE}" message-id="9"><get/></rpc>`;

/** First messages that end a session which takes at most 1000 bytes. */
export const BAD_HELLOS: readonly (readonly [string, string | Uint8Array])[] = [
  ['no XML', 'hello]]>]]>'],
  ['no message', ']]>]]>'],
  ['malformed XML', `<hello xmlns="${BASE}"><capabilities></hello>]]>]]>`],
  ['a document type declaration', `<!DOCTYPE hello>${wrap(capabilities)}`],
  ['an rpc', `${rpc}]]>]]>`],
  ['another namespace', wrap(capabilities).replace(BASE, 'urn:x')],
  ['no namespace', `<hello>${capabilities}</hello>]]>]]>`],
  ['a session-id', wrap(`${capabilities}<session-id>4</session-id>`)],
  ['no capabilities', wrap('')],
  ['empty capabilities', wrap('<capabilities/>')],
  ['capabilities twice', wrap(capabilities + capabilities)],
  ['no base version', wrap(capabilities.replace('base:1.1', 'base:2.0'))],
  [
    'capabilities of another namespace',
    wrap(capabilities.replace('<capability>', '<capability xmlns="urn:x">')),
  ],
  ['more bytes than allowed', `<hello>${'x'.repeat(2000)}`],
  ['bytes that are not UTF-8', Uint8Array.of(0x3c, 0xff, 0x3e)],
];
