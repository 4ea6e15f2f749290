import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ethernet, ipShSessions, namespaces, timers } from '../support/config-xml.js';
import { contentOf, NetconfFixture } from '../support/netconf-fixture.js';

const IF = `xmlns="${namespaces.if}"`;
const NACM = 'xmlns="urn:ietf:params:xml:ns:yang:ietf-netconf-acm"';

let fixture: NetconfFixture;

beforeAll(async () => {
  fixture = await NetconfFixture.start([
    ethernet('eth0', '<description>uplink</description><enabled>false</enabled>'),
    ethernet('eth1', '<description>a &lt;b&gt; &amp; c</description>'),
    ethernet('eth2', '<enabled>false</enabled>'),
    ipShSessions(
      { interface: 'eth0', destination: '192.0.2.2', leaves: timers(100_000) },
      { interface: 'eth1', destination: '192.0.2.2', leaves: timers(200_000, 5) },
    ),
  ]);
});
afterAll(() => fixture.dispose());

/** Replaces long declarations, so that what is selected can be read. */
function short(xml: string): string {
  return xml
    .replaceAll(/ xmlns(?::[\w-]+)?="[^"]*"/gu, '')
    .replaceAll(/<type>[\w-]+:(\w+)<\/type>/gu, '<type>$1</type>');
}

/** What `<get-config>` of running answers to a filter. */
async function selected(filter: string): Promise<string> {
  const reply = await fixture.rpc(`<get-config><source><running/></source>${filter}</get-config>`);
  return short(contentOf(reply));
}

function subtree(content: string, attributes = ' type="subtree"'): Promise<string> {
  return selected(`<filter${attributes}>${content}</filter>`);
}

const interfaces = (...content: string[]) => `<interfaces>${content.join('')}</interfaces>`;
const ETH = '<type>ethernetCsmacd</type>';
const eth0 = `<interface><name>eth0</name><description>uplink</description>${ETH}<enabled>false</enabled></interface>`;
const eth1 = `<interface><name>eth1</name><description>a &lt;b&gt; &amp; c</description>${ETH}</interface>`;
const eth2 = `<interface><name>eth2</name>${ETH}<enabled>false</enabled></interface>`;
const all = interfaces(eth0, eth1, eth2);

/** A subtree filter on the BFD sessions. */
const sessions = (content: string) =>
  `<routing xmlns="${namespaces.rt}"><control-plane-protocols><control-plane-protocol>` +
  `<bfd xmlns="${namespaces.bfd}"><ip-sh xmlns="${namespaces['bfd-ip-sh']}"><sessions>${content}` +
  '</sessions></ip-sh></bfd></control-plane-protocol></control-plane-protocols></routing>';

/** The interfaces of a type; `x` stands for the module of types. */
const byType = (type: string) =>
  subtree(
    `<interfaces ${IF}><interface><name/><type xmlns:x="urn:ietf:params:xml:ns:yang:iana-if-type">${type}</type></interface></interfaces>`,
  );

describe('a subtree filter (RFC 6241 §6)', () => {
  it('that is not there selects everything', async () => {
    const everything = await selected('');
    for (const part of ['<interfaces>', '<routing>', '<system>', '<nacm>'])
      expect(everything).toContain(part);
  });

  it.each(['<filter type="subtree"/>', '<filter/>', '<filter type="subtree">  </filter>'])(
    'that is empty selects nothing: %s',
    async (filter) => {
      expect(await selected(filter)).toBe('');
    },
  );

  it.each([
    ['a top-level container, whole', `<interfaces ${IF}/>`, all],
    ['a container by content that is white space', `<interfaces ${IF}> </interfaces>`, all],
    ['all entries of a list', `<interfaces ${IF}><interface/></interfaces>`, all],
    [
      'a leaf of all entries, with their keys',
      `<interfaces ${IF}><interface><description/></interface></interfaces>`,
      interfaces(
        '<interface><name>eth0</name><description>uplink</description></interface>',
        '<interface><name>eth1</name><description>a &lt;b&gt; &amp; c</description></interface>',
      ),
    ],
    [
      'two leaves of all entries',
      `<interfaces ${IF}><interface><name/><description/></interface></interfaces>`,
      interfaces(
        '<interface><name>eth0</name><description>uplink</description></interface>',
        '<interface><name>eth1</name><description>a &lt;b&gt; &amp; c</description></interface>',
        '<interface><name>eth2</name></interface>',
      ),
    ],
    [
      'an entry by its key, whole',
      `<interfaces ${IF}><interface><name>eth1</name></interface></interfaces>`,
      interfaces(eth1),
    ],
    [
      'an entry by its key with white space around it',
      `<interfaces ${IF}><interface><name> eth1 </name></interface></interfaces>`,
      interfaces(eth1),
    ],
    [
      'entries by a leaf that is no key, whole',
      `<interfaces ${IF}><interface><enabled>false</enabled></interface></interfaces>`,
      interfaces(eth0, eth2),
    ],
    [
      'an entry by two leaves: both must match',
      `<interfaces ${IF}><interface><name>eth2</name><enabled>false</enabled></interface></interfaces>`,
      interfaces(eth2),
    ],
    [
      'nothing where one of two leaves does not match',
      `<interfaces ${IF}><interface><name>eth1</name><enabled>false</enabled></interface></interfaces>`,
      '',
    ],
    [
      'a match and a selection: the entry, and of it what is asked for',
      `<interfaces ${IF}><interface><name>eth0</name><enabled/></interface></interfaces>`,
      interfaces('<interface><name>eth0</name><enabled>false</enabled></interface>'),
    ],
    [
      'a match on a value with special characters',
      `<interfaces ${IF}><interface><name/><description>a &lt;b&gt; &amp; c</description></interface></interfaces>`,
      interfaces('<interface><name>eth1</name><description>a &lt;b&gt; &amp; c</description></interface>'),
    ],
    [
      'two entries side by side',
      `<interfaces ${IF}><interface><name>eth2</name></interface><interface><name>eth0</name></interface></interfaces>`,
      interfaces(eth0, eth2),
    ],
    [
      'an entry that is selected twice, once, with all that is asked for',
      `<interfaces ${IF}><interface><name>eth0</name><enabled/></interface><interface><name>eth0</name><description/></interface></interfaces>`,
      interfaces(
        '<interface><name>eth0</name><description>uplink</description><enabled>false</enabled></interface>',
      ),
    ],
    [
      'the same container twice',
      `<interfaces ${IF}><interface><name>eth0</name></interface></interfaces><interfaces ${IF}><interface><name>eth2</name></interface></interfaces>`,
      interfaces(eth0, eth2),
    ],
    [
      'nothing for a key that is not there',
      `<interfaces ${IF}><interface><name>eth9</name></interface></interfaces>`,
      '',
    ],
    ['nothing for an element that is not known', `<interfaces ${IF}><colour/></interfaces>`, ''],
    ['nothing for a module that is not known', '<a xmlns="urn:nobody"/>', ''],
    ['nothing for the right name in another namespace', `<interfaces ${NACM}/>`, ''],
    ['nothing of state', `<interfaces ${IF}><interface><oper-status/></interface></interfaces>`, ''],
  ])('selects %s', async (_, content, expected) => {
    expect(await subtree(content)).toBe(expected);
  });

  it('is what a filter without a type is', async () => {
    expect(await subtree(`<interfaces ${IF}/>`, '')).toBe(all);
  });

  it('has an attribute with or without the prefix of the base namespace', async () => {
    expect(await subtree(`<interfaces ${IF}/>`, ' nc:type="subtree"')).toBe(all);
  });

  it('selects by name in any namespace where it names none (RFC 6241 §6.2.1)', async () => {
    expect(await subtree('<interfaces xmlns=""/>')).toBe(all);
    expect(await subtree('<interfaces xmlns=""><interface><name>eth1</name></interface></interfaces>')).toBe(
      interfaces(eth1),
    );
  });

  it('selects several top-level containers', async () => {
    const both = await subtree(`<interfaces ${IF}/><nacm ${NACM}/>`);
    expect(both).toContain(all);
    expect(both).toMatch(/<nacm>.*<\/nacm>/u);
    expect(both).not.toContain('<system>');
  });

  it('selects deep inside, with the keys of the lists around', async () => {
    const found = await subtree(
      sessions('<session><interface>eth1</interface><local-multiplier/></session>'),
    );
    expect(found).toContain('<name>main</name>');
    expect(found).toContain(
      '<session><interface>eth1</interface><dest-addr>192.0.2.2</dest-addr><local-multiplier>5</local-multiplier></session>',
    );
    expect(found).not.toContain('eth0');
    const byValue = await subtree(sessions('<session><dest-addr>192.0.2.2</dest-addr></session>'));
    expect(byValue.match(/<session>/gu)).toHaveLength(2);
  });

  it('matches a value as YANG reads it, not as it is spelt', async () => {
    expect((await byType('x:ethernetCsmacd')).match(/<interface>/gu)).toHaveLength(3);
    expect(await byType('x:softwareLoopback')).toBe('');
  });

  it('is the same for the candidate', async () => {
    const reply = await fixture.rpc(
      `<get-config><source><candidate/></source><filter><interfaces ${IF}/></filter></get-config>`,
    );
    expect(short(contentOf(reply))).toBe(all);
  });

  it('selects configuration and state for get', async () => {
    const reply = await fixture.rpc(
      `<get><filter><interfaces ${IF}><interface><name>eth0</name><oper-status/><enabled/></interface></interfaces></filter></get>`,
    );
    expect(short(contentOf(reply))).toMatch(
      /^<interfaces><interface><name>eth0<\/name><enabled>false<\/enabled><oper-status>\w+<\/oper-status><\/interface><\/interfaces>$/u,
    );
  });
});

/** What `<get-config>` of running answers to an XPath filter, with `if`, `rt`, `bfd` and `sh` declared. */
function xpathFilter(select: string): string {
  const declared = Object.entries({
    if: namespaces.if,
    rt: namespaces.rt,
    bfd: namespaces.bfd,
    sh: namespaces['bfd-ip-sh'],
  }).map(([prefix, uri]) => ` xmlns:${prefix}="${uri}"`);
  const escaped = select.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
  return `<filter type="xpath"${declared.join('')} select="${escaped}"/>`;
}

describe('an XPath filter (RFC 6241 §8.9)', () => {
  it.each([
    ['a container', '/if:interfaces', all],
    ['entries', '/if:interfaces/if:interface', all],
    ['an entry by its key', "/if:interfaces/if:interface[if:name='eth1']", interfaces(eth1)],
    ['an entry by its place', '/if:interfaces/if:interface[2]', interfaces(eth1)],
    ['the last entry', '/if:interfaces/if:interface[last()]', interfaces(eth2)],
    ['entries by a leaf', "//if:interface[if:enabled='false']", interfaces(eth0, eth2)],
    ['entries that have a leaf', '//if:interface[if:description]', interfaces(eth0, eth1)],
    ['entries that lack a leaf', '//if:interface[not(if:description)]', interfaces(eth2)],
    ['entries by a function', "//if:interface[contains(if:description, 'link')]", interfaces(eth0)],
    ['entries by two conditions', "//if:interface[if:description and if:enabled='false']", interfaces(eth0)],
    ['entries by one of two', "//if:interface[if:name='eth0' or if:name='eth1']", interfaces(eth0, eth1)],
    [
      'entries by a value with special characters',
      "//if:interface[if:description='a <b> & c']",
      interfaces(eth1),
    ],
    [
      'leaves, with the keys of their entries',
      '//if:description',
      interfaces(
        '<interface><name>eth0</name><description>uplink</description></interface>',
        '<interface><name>eth1</name><description>a &lt;b&gt; &amp; c</description></interface>',
      ),
    ],
    [
      'two things at once',
      "/if:interfaces/if:interface[if:name='eth0']/if:description | //if:interface[if:name='eth2']",
      interfaces('<interface><name>eth0</name><description>uplink</description></interface>', eth2),
    ],
    ['what lies above a node', "//if:description[.='uplink']/..", interfaces(eth0)],
    ['a sibling', "//if:interface[if:name='eth0']/following-sibling::if:interface", interfaces(eth1, eth2)],
    ['any element', "/if:interfaces/*[if:name='eth2']", interfaces(eth2)],
    ['nothing for a key that is not there', "//if:interface[if:name='eth9']", ''],
    ['nothing of state', '//if:oper-status', ''],
  ])('selects %s: %s', async (_, select, expected) => {
    expect(await selected(xpathFilter(select))).toBe(expected);
  });

  it('reaches across modules', async () => {
    const found = await selected(xpathFilter("//sh:session[sh:interface='eth1']/sh:local-multiplier"));
    expect(found).toContain('<local-multiplier>5</local-multiplier>');
    expect(found).not.toContain('eth0');
  });

  it('selects state for get', async () => {
    const reply = await fixture.rpc(
      `<get>${xpathFilter("//if:interface[if:name='eth0']/if:oper-status")}</get>`,
    );
    expect(short(contentOf(reply))).toMatch(/<name>eth0<\/name><oper-status>\w+<\/oper-status>/u);
  });

  it('compares configuration with state for get', async () => {
    const session = "//sh:session[sh:session-running/sh:local-state='down']";
    const reply = await fixture.rpc(`<get>${xpathFilter(session)}</get>`);
    expect(contentOf(reply)).toContain('<local-state>down</local-state>');
  });

  it('is what ncclient makes of its own arguments', async () => {
    const text = await fixture.client.text('get-config', {
      source: 'running',
      xpath: "/i:interfaces/i:interface[i:name='eth1']",
      namespaces: { i: namespaces.if },
    });
    expect(short(contentOf(text))).toBe(interfaces(eth1));
  });
});

describe('a filter is refused', () => {
  it.each([
    ['of another type', '<filter type="regexp"/>', 'bad-attribute', 'type'],
    ['XPath without an expression', '<filter type="xpath"/>', 'missing-attribute', 'select'],
    ['XPath with elements in it', `<filter type="xpath" select="/*"><a/></filter>`, 'bad-element', 'filter'],
    ['with an expression, but no XPath', '<filter select="/*"/>', 'bad-attribute', 'select'],
    [
      'with an attribute that is not known',
      '<filter type="subtree" depth="2"/>',
      'unknown-attribute',
      'depth',
    ],
    ['that comes twice', '<filter/><filter/>', 'bad-element', 'filter'],
    ['an expression that is empty', xpathFilter(''), 'invalid-value', ''],
    ['an expression that breaks off', xpathFilter('/if:interfaces['), 'invalid-value', ''],
    [
      'an expression with a prefix that is not declared',
      xpathFilter('/nobody:interfaces'),
      'invalid-value',
      '',
    ],
    [
      'an expression with a function that does not exist',
      xpathFilter("/if:interfaces[colour()='red']"),
      'invalid-value',
      '',
    ],
    ['an expression that yields a number', xpathFilter('count(//if:interface)'), 'invalid-value', ''],
    ['an expression that yields a string', xpathFilter("'eth0'"), 'invalid-value', ''],
    ['an expression that yields a boolean', xpathFilter('1 = 1'), 'invalid-value', ''],
    ['an expression with a variable', xpathFilter('//if:interface[if:name=$name]'), 'invalid-value', ''],
  ])('%s', async (_, filter, tag, named) => {
    for (const operation of [
      `<get-config><source><running/></source>${filter}</get-config>`,
      `<get>${filter}</get>`,
    ]) {
      const { errors } = await fixture.refusal(operation);
      expect(errors).toMatchObject([{ type: 'protocol', tag, severity: 'error' }]);
      expect(errors[0]?.info ?? '').toContain(named);
    }
  });
});

describe('get-config and get', () => {
  it.each([
    ['without a source', '<get-config/>', 'missing-element', 'source'],
    ['with an empty source', '<get-config><source/></get-config>', 'missing-element', 'source'],
    [
      'of a datastore that does not exist',
      '<get-config><source><walking/></source></get-config>',
      'unknown-element',
      'walking',
    ],
    [
      'of a URL',
      '<get-config><source><url>file:///tmp/x</url></source></get-config>',
      'unknown-element',
      'url',
    ],
    [
      'of two datastores',
      '<get-config><source><running/><candidate/></source></get-config>',
      'bad-element',
      'candidate',
    ],
    [
      'of configuration in the request',
      '<get-config><source><config/></source></get-config>',
      'unknown-element',
      'config',
    ],
    ['with a parameter that is not known', '<get><depth>2</depth></get>', 'unknown-element', 'depth'],
    ['with a source, for get', '<get><source><running/></source></get>', 'unknown-element', 'source'],
  ])('%s: refused', async (_, operation, tag, named) => {
    const { errors } = await fixture.refusal(operation);
    expect(errors).toMatchObject([{ type: 'protocol', tag }]);
    expect(errors[0]?.info).toContain(named);
  });

  it('get has state of every module that has some', async () => {
    const state = await fixture.rpc('<get/>');
    for (const part of [
      '<interfaces',
      '<netconf-state',
      '<yang-library',
      '<system-state',
      '<commits',
      '<nacm',
    ]) {
      expect(state).toContain(part);
    }
  });
});
