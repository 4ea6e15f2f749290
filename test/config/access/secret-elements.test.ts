import { describe, expect, it } from 'vitest';
import { elementName, secretElements, withoutElements } from '../../../src/config/access/secret-elements.js';
import { keyChainXml, keyXml } from '../../support/agent-xml.js';
import { emptyWorkspace } from '../../support/agent-workspace.js';

const KEY_CHAIN = 'urn:ietf:params:xml:ns:yang:ietf-key-chain';

describe('the elements that hold secrets', () => {
  it('are those that the modules mark, and hashes of passwords', () => {
    const names = secretElements(emptyWorkspace().context);
    expect(names).toContain(elementName(KEY_CHAIN, 'key-string'));
    expect(names).toContain(elementName('urn:ietf:params:xml:ns:yang:ietf-system', 'password'));
    expect(names).not.toContain(elementName(KEY_CHAIN, 'key-id'));
  });
});

describe('XML without elements', () => {
  const names = new Set([elementName('urn:a', 'secret')]);

  it('keeps all else as it is', () => {
    const xml =
      '<x xmlns="urn:a" xmlns:n="urn:n"><k n:operation="create">1 &lt; 2</k><e/></x><y xmlns="urn:b"/>';
    expect(withoutElements(xml, names)).toBe(xml);
  });

  it.each([
    [
      'with all in it',
      '<x xmlns="urn:a">1<secret a="/>"><b><secret/>2</b></secret>3</x>',
      '<x xmlns="urn:a">13</x>',
    ],
    ['that are empty', '<x xmlns="urn:a"><secret/><b/></x>', '<x xmlns="urn:a"><b/></x>'],
    [
      'of their namespace alone',
      '<x xmlns="urn:b"><secret>1</secret></x>',
      '<x xmlns="urn:b"><secret>1</secret></x>',
    ],
    [
      'after one of another namespace',
      '<x xmlns="urn:a"><y xmlns="urn:b"><secret/></y><secret>1</secret></x>',
      '<x xmlns="urn:a"><y xmlns="urn:b"><secret/></y></x>',
    ],
  ])('leaves them out %s', (_, xml, left) => {
    expect(withoutElements(xml, names)).toBe(left);
  });

  it('tells a key chain without its secrets', () => {
    const xml = keyChainXml('ring', keyXml({ secret: '<keystring>hush</keystring>' }));
    const shown = withoutElements(xml, secretElements(emptyWorkspace().context));
    expect(shown).not.toContain('hush');
    expect(shown).toBe(xml.replace('<key-string><keystring>hush</keystring></key-string>', ''));
  });
});
