import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { compareTrees } from '../../../src/config/compare/compare-trees.js';
import { patchEdits } from '../../../src/config/compare/patch-edits.js';
import { instanceXml, interfaceXml, sessionXml } from '../../support/agent-xml.js';
import { assembleAgent, type AssembledAgent } from '../../support/assembled-agent.js';
import { edit, REQUESTER } from '../../support/test-agent.js';

const NACM = 'urn:ietf:params:xml:ns:yang:ietf-netconf-acm';
const NC = 'urn:ietf:params:xml:ns:netconf:base:1.0';
const YANG = 'urn:ietf:params:xml:ns:yang:1';

let agent: AssembledAgent;
beforeAll(async () => {
  agent = await assembleAgent();
});
afterAll(() => agent.dispose());

const list = (name: string, attributes = ''): string =>
  `<nacm xmlns="${NACM}" xmlns:nc="${NC}" xmlns:yang="${YANG}"><rule-list${attributes}><name>${name}</name><group>*</group></rule-list></nacm>`;
const leaf = (name: string, value: string, attributes = ''): string =>
  `<nacm xmlns="${NACM}" xmlns:nc="${NC}"><${name}${attributes}>${value}</${name}></nacm>`;

/** Edits of containers, lists, entries in an order of the user's, and leaves with defaults. */
const edits = [
  ...['eth0', 'eth1'].flatMap((name) => [
    interfaceXml(name),
    interfaceXml(name, '<description>a</description>'),
    interfaceXml(name, '<enabled>true</enabled>'),
    interfaceXml(name, '', 'remove'),
  ]),
  sessionXml({ dest: '192.0.2.1' }),
  sessionXml({ dest: '192.0.2.1', content: '<local-multiplier>3</local-multiplier>' }),
  sessionXml({ dest: '192.0.2.2', instance: 'other' }),
  sessionXml({ dest: '192.0.2.1', op: 'remove' }),
  instanceXml('other', '', 'bfd-types:bfdv1', 'remove'),
  list('a'),
  list('b', ' yang:insert="first"'),
  list('c', ' yang:insert="before" yang:key="[name=\'a\']"'),
  list('a', ' nc:operation="remove"'),
  leaf('read-default', 'permit'),
  leaf('read-default', 'deny'),
  leaf('read-default', 'permit', ' nc:operation="remove"'),
];

const sorted = (text: string): string => text.split('\n').toSorted().join('\n');
const text = (value: unknown): string => JSON.stringify(value);

it('what was touched differs as the whole datastores do, after any edits and commits', async () => {
  const steps = fc.array(
    fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...edits) }, fc.constant('commit')),
    {
      maxLength: 12,
    },
  );
  await fc.assert(
    fc.asyncProperty(steps, async (taken) => {
      for (const step of taken) {
        if (step === 'commit') await agent.config.commit(REQUESTER);
        else await agent.config.editConfig('candidate', edit(step), REQUESTER);
        const { running, candidate } = agent.workspace();
        const [source, target] = [
          { type: 'datastore', name: 'running' },
          { type: 'datastore', name: 'candidate' },
        ] as const;
        const compared = await agent.config.compare(source, target, REQUESTER);
        const whole = compareTrees(running, candidate);
        expect(compared.ok && sorted(compared.value.text)).toBe(sorted(whole.text));
        const patch = await agent.config.compareDatastores(
          { source: 'candidate', target: 'running', all: false, reportOrigin: false },
          REQUESTER,
        );
        const wholePatch = patchEdits({ tree: candidate }, { tree: running }, 'ignored').map(text);
        const found = patch.ok && patch.value.type === 'differences' ? patch.value.edits.map(text) : [];
        expect(found.toSorted()).toEqual(wholePatch.toSorted());
      }
      await agent.config.discardChanges(REQUESTER);
    }),
    { numRuns: 60 },
  );
}, 60_000);
