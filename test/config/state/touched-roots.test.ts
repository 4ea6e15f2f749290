import { describe, expect, it } from 'vitest';
import type { Filter } from '../../../src/config/config-service.js';
import { touches } from '../../../src/config/state/touched-roots.js';
import type { XmlElement } from '../../../src/lib/xml/xml-element.js';

const IF = 'urn:ietf:params:xml:ns:yang:ietf-interfaces';
const RT = 'urn:ietf:params:xml:ns:yang:ietf-routing';
const INTERFACES = { namespace: IF, root: 'interfaces' };
const ROUTING = { namespace: RT, root: 'routing' };

function element(local: string, namespace: string, children: readonly XmlElement[] = []): XmlElement {
  return { prefix: '', local, namespace, attributes: [], children, text: '', scope: new Map() };
}

function subtree(...children: readonly XmlElement[]): Filter {
  return { type: 'subtree', element: element('filter', 'urn:ietf:params:xml:ns:netconf:base:1.0', children) };
}

function xpath(select: string): Filter {
  return {
    type: 'xpath',
    select,
    namespaces: new Map([
      ['if', IF],
      ['rt', RT],
    ]),
  };
}

describe('a filter', () => {
  it('that is absent touches everything', () => {
    expect(touches(undefined, INTERFACES)).toBe(true);
  });

  it('of subtrees touches the nodes that it names', () => {
    expect(touches(subtree(element('interfaces', IF)), INTERFACES)).toBe(true);
    expect(touches(subtree(element('interfaces', IF)), ROUTING)).toBe(false);
    expect(touches(subtree(element('interfaces', RT)), INTERFACES)).toBe(false);
    expect(touches(subtree(element('routing', RT), element('interfaces', IF)), INTERFACES)).toBe(true);
    expect(touches(subtree(), INTERFACES)).toBe(false);
  });

  it('of subtrees without a namespace of its own touches every namespace', () => {
    const inherited = [
      '',
      'urn:ietf:params:xml:ns:netconf:base:1.0',
      'urn:ietf:params:xml:ns:yang:ietf-netconf-nmda',
      'urn:ietf:params:xml:ns:yang:ietf-nmda-compare',
    ];
    for (const namespace of inherited) {
      expect(touches(subtree(element('interfaces', namespace)), INTERFACES)).toBe(true);
      expect(touches(subtree(element('interfaces', namespace)), ROUTING)).toBe(false);
    }
  });

  it.each([
    ['/if:interfaces', true, false],
    [' / if:interfaces/if:interface[if:name="rt:x"]', true, false],
    ["/if:interfaces/if:interface[if:name='//*']", true, false],
    ['/if:interfaces | /rt:routing', true, true],
    ['/if:interfaces[if:interface/if:name = /rt:routing/rt:x]', true, true],
    ['//if:interface', true, true],
    ['/*', true, true],
    ['/if:interfaces/..', true, true],
    ['/if:interfaces/parent::node()', true, true],
    ['/if:interfaces/following-sibling::*', true, true],
    ['if:interfaces', true, true],
    ['/unknown:interfaces', true, true],
    ['/interfaces', true, true],
    ['/if:interfaces[if:interface = /routing/if:x]', true, true],
    ['/if:interfaces/if:interface[name="eth0"]', true, false],
    ['deref(/if:interfaces)', true, true],
    ['not an expression ((', true, true],
  ])('of XPath %s', (select, interfaces, routing) => {
    expect(touches(xpath(select), INTERFACES)).toBe(interfaces);
    expect(touches(xpath(select), ROUTING)).toBe(routing);
  });
});
