import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { YangContext } from '../../../src/config/yang/yang-context.js';
import { mergeXml } from '../../../src/config/state/merge-xml.js';
import { emptyWorkspace } from '../../support/agent-workspace.js';
import { interfaceXml, sessionXml, userXml } from '../../support/agent-xml.js';
import { documentOf, gardenModule, gardens } from '../../support/garden.js';
import { edit, openTestAgent, REQUESTER } from '../../support/test-agent.js';
import { contextOf, expectOk, yangModule } from '../yang/binding-context.js';
import { printed } from './data-text.js';

const HERD = yangModule(
  'herd',
  `identity animal; identity cow { base animal; }
   container herd {
     list animal {
       key "kind name"; leaf kind { type identityref { base animal; } } leaf name { type string; }
       leaf age { type uint8; } container state { config false; leaf hungry { type boolean; } }
     }
     list event { config false; leaf text { type string; } }
   }`,
);

let garden: YangContext;
let herd: YangContext;
beforeAll(async () => {
  ({ context: garden } = await contextOf(gardenModule));
  ({ context: herd } = await contextOf(HERD));
});

const herdOf = (inside: string): string => `<herd xmlns="urn:herd">${inside}</herd>`;
const animal = (prefix: string, name: string, more: string): string =>
  `<animal><kind xmlns:${prefix}="urn:herd">${prefix}:cow</kind><name>${name}</name>${more}</animal>`;

describe('merging XML', () => {
  it('gives what merging the trees gives', () => {
    fc.assert(
      fc.property(gardens, gardens, (one, other) => {
        using base = expectOk(garden.parse(documentOf(one), { format: 'xml', validate: false }));
        using addition = expectOk(garden.parse(documentOf(other), { format: 'xml', validate: false }));
        const [text, added] = [base, addition].map((tree) =>
          tree.print({ format: 'xml', defaults: 'explicit' }),
        );
        const merged = mergeXml(garden, text ?? '', added ?? '');
        base.merge(addition);
        expect(printed(garden, merged)).toBe(base.print({ format: 'xml', defaults: 'explicit' }));
      }),
      { numRuns: 300 },
    );
  });

  it('knows an entry by its keys, whatever prefixes and references they are written with', () => {
    const config = herdOf(animal('a', 'x&gt;"y" z', '<age>4</age>') + animal('a', 'other', ''));
    const state = '<state><hungry>true</hungry></state>';
    const merged = mergeXml(herd, config, herdOf(animal('b', 'x&gt;&quot;y&quot; z', state)));
    expect(printed(herd, merged)).toBe(
      printed(herd, herdOf(animal('a', 'x&gt;"y" z', `<age>4</age>${state}`) + animal('a', 'other', ''))),
    );
  });

  it('leaves entries without keys apart, equal ones too', () => {
    const event = '<event><text>born</text></event>';
    expect(mergeXml(herd, herdOf(event), herdOf(event + event))).toBe(herdOf(event + event + event));
  });

  it('puts content into what is empty, and adds what is not there', () => {
    expect(mergeXml(herd, '<herd xmlns="urn:herd"/>', herdOf('<event/>'))).toBe(herdOf('<event/>'));
    expect(mergeXml(herd, '', herdOf('<event/>'))).toBe(herdOf('<event/>'));
    expect(mergeXml(herd, herdOf('<event/>'), '')).toBe(herdOf('<event/>'));
  });
});

describe('a get of everything', () => {
  it('gets what a filter for everything gets', async () => {
    const agent = await openTestAgent();
    const user = userXml('ada', '<password>$0$a&lt;b&gt;c</password>');
    const sessions = [1, 2, 3].map((host) => sessionXml({ dest: `192.0.2.${host}` }));
    for (const xml of [interfaceXml('lo'), interfaceXml('a"\'b'), user, ...sessions]) {
      await agent.config.editConfig('candidate', edit(xml), REQUESTER);
    }
    await agent.config.editConfig('candidate', edit(interfaceXml('eth0')), REQUESTER);
    await agent.config.commit(REQUESTER);
    const all = await agent.config.get(undefined, REQUESTER);
    const chosen = await agent.config.get({ type: 'xpath', select: '/*', namespaces: new Map() }, REQUESTER);
    await agent.close();
    const { context } = emptyWorkspace();
    const [told, expected] = [all, chosen].map((got) => printed(context, got.ok ? got.value : 'error'));
    expect(told).toContain('<session-running>');
    expect(withoutCounters(told)).toBe(withoutCounters(expected));
  });
});

/** What changes from one moment to the next. */
function withoutCounters(xml: string | undefined): string | undefined {
  return xml?.replaceAll(
    /<(current-datetime|in-octets|out-octets|in-unicast-pkts|out-unicast-pkts)>[^<]*/gu,
    '<$1>',
  );
}
