import { describe, expect, it } from 'vitest';
import { instanceXml, interfaceXml } from '../../support/agent-xml.js';
import { emptyWorkspace, prepared, run, told } from '../../support/agent-workspace.js';

describe('interfaces', () => {
  it('may be configured before they exist', () => {
    const workspace = emptyWorkspace();
    run(workspace, interfaceXml('absent0', '<description>to come</description>'));
    expect([...workspace.handlers.interfaces.configured()]).toEqual(['absent0']);
    run(workspace, interfaceXml('absent1'));
    expect([...workspace.handlers.interfaces.configured()]).toEqual(['absent1']);
  });

  it.each([
    ['.', /reserved/u],
    ['', /reserved/u],
    ['eth 0', /white space/u],
    ['a/b', /slash/u],
    ['eth0:1', /colon/u],
    ['abcdefghijklmnop', /longer than 15 bytes/u],
    ['ääääääää', /longer than 15 bytes/u],
  ])('cannot be called "%s"', (name, message) => {
    const { errors } = prepared(emptyWorkspace(), interfaceXml(name));
    expect(told(errors)).toEqual([expect.stringMatching(message)]);
    expect(errors[0]?.path?.text).toMatch(/\/if:name$/u);
  });

  it('may have every name that Linux allows', () => {
    for (const name of ['lo', 'abcdefghijklmno', 'veth-a.100', 'wg_0', 'ü@ß']) {
      expect(told(prepared(emptyWorkspace(), interfaceXml(name)).errors)).toEqual([]);
    }
  });
});

describe('protocol instances', () => {
  it('come and go', () => {
    const workspace = emptyWorkspace();
    run(workspace, instanceXml('a'), instanceXml('b', '<description>second</description>'));
    expect([...workspace.handlers.protocols.instances()].toSorted()).toEqual(['a', 'b']);
    run(workspace, instanceXml('b'));
    expect([...workspace.handlers.protocols.instances()]).toEqual(['b']);
  });

  it('of other types are refused', () => {
    const workspace = emptyWorkspace();
    const xml = instanceXml('default', '', 'static').replace(/xmlns:bfd-types="[^"]*"/u, '');
    expect(() => run(workspace, xml)).toThrow('The only supported control-plane protocol type is bfdv1.');
  });
});
