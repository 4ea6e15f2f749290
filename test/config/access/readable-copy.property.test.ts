import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ALL_OPERATIONS,
  DEFAULT_ACCESS,
  type AccessConfiguration,
  type AccessOperation,
  type AccessRule,
} from '../../../src/config/access/access-rules.js';
import { DataAccess } from '../../../src/config/access/data-access.js';
import { parseNodePath } from '../../../src/config/access/node-path.js';
import { readableCopy } from '../../../src/config/access/readable-copy.js';
import { writeDenial } from '../../../src/config/access/write-check.js';
import { isStructural } from '../../../src/config/datastore/node-existence.js';
import type { DataNode } from '../../../src/config/yang/data-node.js';
import type { DataTree } from '../../../src/config/yang/data-tree.js';
import { interfaceXml, sessionXml, userXml } from '../../support/agent-xml.js';
import { configTree, emptyWorkspace } from '../../support/agent-workspace.js';

/** Rulings are kept and whole subtrees taken at once; this holds them against going node by node. */

const workspace = emptyWorkspace();
const tree = configTree(workspace, [
  interfaceXml('eth0', '<description>one</description>'),
  interfaceXml('eth1', '<enabled>false</enabled>'),
  sessionXml({ dest: '192.0.2.1' }),
  sessionXml({ dest: '192.0.2.2', content: '<local-multiplier>5</local-multiplier>' }),
  sessionXml({ dest: '192.0.2.3', interface: 'eth1', instance: 'other' }),
  userXml('ada', '<password>$0$secret</password>'),
]);

const INTERFACE = '/ietf-interfaces:interfaces/interface';
const PROTOCOL = '/ietf-routing:routing/control-plane-protocols/control-plane-protocol';
const SESSION = `${PROTOCOL}/ietf-bfd:bfd/ietf-bfd-ip-sh:ip-sh/sessions/session`;
const PATHS = [
  '/',
  '/ietf-interfaces:interfaces',
  INTERFACE,
  `${INTERFACE}[name='eth0']`,
  `${INTERFACE}[name='eth0']/description`,
  `${INTERFACE}[name=$USER]/enabled`,
  `${INTERFACE}/name`,
  `${INTERFACE}/description`,
  '/ietf-routing:routing',
  `${PROTOCOL}[name='other']`,
  SESSION,
  `${SESSION}[dest-addr='192.0.2.2']`,
  `${SESSION}[interface='eth0']/local-multiplier`,
  '/ietf-system:system/authentication/user',
  "/ietf-system:system/authentication/user[name='ada']/password",
];
const MODULES = [
  '*',
  '*',
  '*',
  'ietf-interfaces',
  'ietf-bfd',
  'ietf-bfd-ip-sh',
  'ietf-routing',
  'ietf-system',
];

const action = fc.constantFrom('permit' as const, 'deny' as const);
const rule: fc.Arbitrary<AccessRule> = fc.record({
  action,
  moduleName: fc.constantFrom(...MODULES),
  scope: fc.oneof(
    { weight: 1, arbitrary: fc.constant({ type: 'any' as const }) },
    {
      weight: 5,
      arbitrary: fc
        .constantFrom(...PATHS)
        .map((text) => ({ type: 'data' as const, path: parseNodePath(text) ?? [] })),
    },
  ),
  operations: fc.constantFrom<ReadonlySet<AccessOperation>>(
    ALL_OPERATIONS,
    new Set(['read']),
    new Set(['create']),
  ),
});
const configuration: fc.Arbitrary<AccessConfiguration> = fc
  .record({ readDefault: action, writeDefault: action })
  .map((defaults) => ({ ...DEFAULT_ACCESS, ...defaults }));

/** The paths of all nodes that hold something: keys included, containers left out. */
function pathsOf(readable: DataTree): string[] {
  const found: string[] = [];
  const visit = (node: DataNode): void => {
    if (!isStructural(node)) found.push(node.path());
    for (const child of node.children()) visit(child);
  };
  for (const root of readable.roots()) visit(root);
  return found.toSorted();
}

/** The same of what may be read, from the verdict over each node alone. */
function readablePaths(access: DataAccess): string[] {
  const found = new Set<string>();
  const add = (node: DataNode): void => {
    if (!isStructural(node)) found.add(node.path());
    if (node.kind === 'list') for (const child of node.children()) if (child.isKey) found.add(child.path());
    if (node.parent !== undefined) add(node.parent);
  };
  const visit = (node: DataNode, barrier: number, depth: number): void => {
    const { action: verdict, path } = access.verdict('read', node);
    const shown = verdict === 'permit' && (barrier === 0 || (path?.length ?? 0) > barrier);
    const keys = [...node.children()].filter(({ isKey }) => isKey);
    if (shown && keys.some((key) => !access.permits('read', key))) return;
    if (shown) add(node);
    for (const child of node.children()) if (!child.isKey) visit(child, shown ? 0 : depth, depth + 1);
  };
  for (const root of tree.roots()) visit(root, 0, 1);
  return [...found].toSorted();
}

/** Whether all of a subtree may be created, from the verdict over each node alone. */
function mayCreate(access: DataAccess, node: DataNode): boolean {
  const own = node.isDefault || isStructural(node) || access.permits('create', node);
  return own && [...node.children()].every((child) => mayCreate(access, child));
}

describe('random rules', () => {
  it('show what the verdict over each node says', () => {
    fc.assert(
      fc.property(fc.array(rule, { maxLength: 6 }), configuration, (rules, config) => {
        const access = new DataAccess(config, rules, 'eth1');
        using readable = readableCopy(tree, access, () => true);
        expect(pathsOf(readable)).toEqual(readablePaths(new DataAccess(config, rules, 'eth1')));
      }),
      { numRuns: 400 },
    );
  });

  it('permit the creation of what the verdict over each node says', () => {
    fc.assert(
      fc.property(fc.array(rule, { maxLength: 6 }), configuration, (rules, config) => {
        const access = new DataAccess(config, rules, 'eth1');
        for (const root of tree.roots()) {
          const permitted = writeDenial(access, 'create', root, true) === undefined;
          expect(permitted).toBe(mayCreate(access, root));
        }
      }),
      { numRuns: 200 },
    );
  });
});
