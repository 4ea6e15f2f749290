import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { applyEdit } from '../../../src/config/datastore/edit/apply-edit.js';
import { narrowChange } from '../../../src/config/commit/pending-change.js';
import { SchemaAnalysis } from '../../../src/config/validation/schema-analysis.js';
import { Workspace } from '../../../src/config/workspace.js';
import { loadLibyangModule } from '../../../src/config/yang/wasm-module.io.js';
import { readYangDirectories } from '../../../src/config/yang/yang-directory.io.js';
import type { DataTree } from '../../../src/config/yang/data-tree.js';
import { interfaceXml, sessionXml } from '../../support/agent-xml.js';
import { bfdMplsXml, OWN } from '../../support/mpls-xml.js';
import { namespaces } from '../../support/namespaces.js';

const folder = (path: string): string => new URL(path, import.meta.url).pathname;
const parts = {
  libyangModule: await loadLibyangModule(),
  moduleSource: await readYangDirectories([folder('../../../yang')]),
  extraModules: await readYangDirectories([folder('../../support/yang-limits')]),
};

const small = fc.integer({ min: 1, max: 3 }).map(String);
const nodeName = fc.constantFrom('a', 'b', 'c');
const operation = fc
  .constantFrom('', '', '', 'remove', 'replace')
  .map((name) =>
    name === '' ? '' : ` xmlns:nc="urn:ietf:params:xml:ns:netconf:base:1.0" nc:operation="${name}"`,
  );

/** In the namespace of mpls-bgp-bfd. */
const owned = (xml: string): string => xml.replace(/^<([\w-]+)/u, `<$1 ${OWN}`);

const leaf = (name: string, value: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.tuple(operation, value).map(([op, text]) => `<${name}${op}>${text}</${name}>`);
const element = (name: string, inside: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.tuple(operation, inside).map(([op, text]) => `<${name}${op}>${text}</${name}>`);
const entry = (
  name: string,
  key: string,
  value: fc.Arbitrary<string>,
  inside: fc.Arbitrary<string> = fc.constant(''),
): fc.Arbitrary<string> =>
  fc
    .tuple(operation, value, inside)
    .map(([op, text, more]) => `<${name}${op}><${key}>${text}</${key}>${more}</${name}>`);
const some = (...of: fc.Arbitrary<string>[]): fc.Arbitrary<string> =>
  fc
    .uniqueArray(fc.integer({ min: 0, max: of.length - 1 }), { maxLength: 2 })
    .chain((chosen) =>
      chosen.length === 0
        ? fc.constant('')
        : fc.tuple(...chosen.flatMap((index) => of[index] ?? [])).map((texts) => texts.join('')),
    );

const word = fc.constant('w');
const inNode = some(
  leaf('kind', fc.constantFrom('x', 'y')),
  leaf('only-x', small),
  leaf('only-y', word),
  leaf('peer', nodeName),
  leaf('interface', fc.constantFrom('eth0', 'eth1')),
  leaf('plain', small),
  leaf('fancy', word),
  leaf('needed', word),
  entry('port', 'id', small, some(leaf('speed', small), leaf('speed', small), leaf('depends', word))),
  entry('link', 'id', small, some(leaf('to', nodeName), leaf('weight', small))),
  element('option', some(leaf('needed', word))),
  leaf('tag', fc.constantFrom('p', 'q', 'r')),
);
const inNet = fc.oneof(
  { weight: 8, arbitrary: entry('node', 'name', nodeName, inNode) },
  leaf('mode', fc.constantFrom('a', 'b')),
  leaf('limit', fc.constantFrom('2', '7')),
  leaf('sized', word),
  entry('single', 'id', small, some(leaf('address', small))),
  entry('few', 'id', small),
  entry('order', 'id', small),
  element('gated', some(leaf('given', small), entry('inside', 'id', small))),
  entry('counted', 'id', small),
  leaf('counter', word),
  element('part', entry('entry', 'id', small, some(leaf('follows', word)))),
  leaf('nothing', word),
  entry('something', 'id', small),
);
const namespace =
  (name: string): ((xml: string) => string) =>
  (xml) =>
    xml.replace(/^<([\w-]+)/u, `<$1 xmlns="urn:example:${name}"`);
const edit = fc.oneof(
  { weight: 10, arbitrary: inNet.map((inside) => `<net xmlns="urn:example:limits">${inside}</net>`) },
  {
    weight: 2,
    arbitrary: entry(
      'top',
      'id',
      small,
      some(leaf('value', fc.constantFrom('3', '8')), leaf('node', nodeName)),
    ).map(namespace('limits')),
  },
  element('near', leaf('value', fc.constantFrom('2', '7'))).map(namespace('near')),
  leaf('far', word).map(namespace('far')),
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom('eth0', 'eth1'), fc.constantFrom(undefined, undefined, 'remove'))
      .map(([name, op]) => interfaceXml(name, '', op)),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom('eth0', 'eth1'), small, fc.constantFrom(undefined, undefined, 'remove'))
      .map(([name, number, op]) =>
        sessionXml({ interface: name, dest: `192.0.2.${number}`, ...(op === undefined ? {} : { op }) }),
      ),
  },
);
const link = fc.constantFrom('eth0', 'eth1');
const label = entry('entry', 'id', small, fc.constant('<label>100</label>'));
const labels = element('mpls-label-stack', some(label, label));
const lsp = entry(
  'lsp',
  'role',
  fc.constantFrom('primary', 'primary', 'backup'),
  fc
    .tuple(link, labels)
    .map(([name, stack]) => `<next-hop>10.0.0.2</next-hop><out-interface>${name}</out-interface>${stack}`),
);
const bound = fc.constantFrom('23', '24', '32', '33');
const permit = fc
  .tuple(
    fc.constantFrom('198.51.100.0/24', '2001:db8::/24'),
    some(leaf('greater-equal', bound), leaf('less-equal', bound)),
  )
  .map(([prefix, bounds]) => `<action>permit</action><prefix>${prefix}</prefix>${bounds}`);
const inIngress = fc.oneof(
  { weight: 2, arbitrary: leaf('ip-prefix', nodeName) },
  leaf('host', fc.constant('')),
  element(
    'session-parameters',
    some(leaf('min-interval', fc.constantFrom('2999', '3000')), leaf('local-multiplier', small)),
  ),
  element(
    'bootstrap',
    some(
      leaf('ping-interval', fc.constantFrom('30', '60')),
      leaf('retry-interval', fc.constantFrom('30', '60')),
    ),
  ),
  leaf('max-sessions', small),
);
const fec = small.map((number) => `198.51.100.${number}/32`);
const bgpLsp = fc.oneof(
  { weight: 3, arbitrary: element('static-tunnels', entry('tunnel', 'fec', fec, some(lsp, lsp))) },
  {
    weight: 2,
    arbitrary: element(
      'prefix-lists',
      entry('prefix-list', 'name', nodeName, some(entry('entry', 'index', small, permit))),
    ),
  },
  { weight: 2, arbitrary: element('ingress', inIngress) },
);
const inEgress = fc.oneof(
  leaf('local-multiplier', small),
  entry(
    'passive-session',
    'peer',
    small.map((number) => `192.0.2.${number}`),
  ).map((xml) => owned(xml)),
  element('label-bindings', entry('label-binding', 'fec', fec, fc.constant('<label>16</label>'))).map((xml) =>
    owned(xml),
  ),
);
const mplsEdit = fc.oneof(
  { weight: 4, arbitrary: bgpLsp.map((xml) => bfdMplsXml(`<bgp-lsp ${OWN}>${xml}</bgp-lsp>`)) },
  inEgress.map((xml) => bfdMplsXml(`<egress>${xml}</egress>`)),
  {
    weight: 3,
    arbitrary: entry('interface', 'name', link, fc.constant('<mpls-enabled>true</mpls-enabled>')).map(
      (xml) =>
        `<routing xmlns="${namespaces.rt}"><mpls xmlns="${namespaces.mpls}"><interfaces>${xml}</interfaces></mpls></routing>`,
    ),
  },
  fc
    .tuple(link, fc.constantFrom(undefined, undefined, 'remove'))
    .map(([name, op]) => interfaceXml(name, '', op)),
  // Sessions beside them.
  small.map((number) => sessionXml({ interface: 'eth0', dest: `192.0.2.${number}` })),
);
type Step = { readonly xml: string } | 'commit' | 'discard';
const stepWith = (edits: fc.Arbitrary<string>): fc.Arbitrary<Step> =>
  fc.oneof(
    { weight: 6, arbitrary: edits.map((xml) => ({ xml })) },
    { weight: 5, arbitrary: fc.constant('commit' as const) },
    { weight: 1, arbitrary: fc.constant('discard' as const) },
  );

const EDIT = {
  defaultOperation: 'merge',
  testOption: 'set',
  errorOption: 'rollback-on-error',
} as const;

/** All there is to know of a configuration: with the defaults, and which nodes are defaults. */
const everything = (tree: DataTree): string => tree.print({ format: 'xml', defaults: 'all-tagged' });
const explicit = (tree: DataTree): string => tree.print({ format: 'xml', defaults: 'explicit' });

const counts = { narrow: 0, valid: 0, invalid: 0 };

function committed(workspace: Workspace, analysis: SchemaAnalysis): void {
  const { running, candidate, touched } = workspace;
  using whole = candidate.duplicate();
  const valid = whole.validate({ configOnly: true });
  const asked = explicit(candidate);
  using narrow = narrowChange(running, candidate, touched, analysis) ?? { [Symbol.dispose]: () => undefined };
  const isNarrow = 'diff' in narrow;
  counts.narrow += isNarrow ? 1 : 0;
  expect(isNarrow && !valid.ok).toBe(false);
  counts[valid.ok ? 'valid' : 'invalid'] += 1;
  const planned = workspace.planCandidate();
  expect(planned.ok).toBe(valid.ok);
  expect(planned.ok || explicit(candidate) === asked).toBe(true);
  if (!planned.ok) return;
  using plan = planned.value;
  using stored = running.duplicate();
  const { edit: patch, undo } = plan.change();
  const patched = applyEdit(stored, { xml: patch, ...EDIT });
  expect(patched).toEqual({ ok: true, value: undefined });
  expect(stored.validate({ configOnly: true }).ok).toBe(true);
  using rest = stored.diff(whole);
  expect(explicit(rest)).toBe('');
  const before = explicit(running);
  const undone = applyEdit(stored, { xml: undo, ...EDIT });
  expect(undone).toEqual({ ok: true, value: undefined });
  expect(explicit(stored)).toBe(before);
  expect(plan.isEmpty && everything(running) !== everything(whole)).toBe(false);
  workspace.take(plan);
  expect(everything(candidate)).toBe(everything(whole));
  expect(everything(running)).toBe(everything(whole));
}

function discarded(workspace: Workspace): void {
  const differs = explicit(workspace.running) !== explicit(workspace.candidate);
  expect(workspace.candidateDiffers()).toBe(differs);
  workspace.discardCandidate();
  expect(explicit(workspace.candidate)).toBe(explicit(workspace.running));
}

function newWorkspace(): Workspace {
  const created = Workspace.create(parts);
  if (!created.ok) throw new Error(created.error);
  return created.value;
}

describe('validating what was touched', () => {
  const workspace = newWorkspace();
  const analysis = new SchemaAnalysis(workspace.context);

  test.each([
    { what: 'constraints of every kind', edits: edit },
    { what: 'BFD over MPLS', edits: mplsEdit },
  ])(
    'decides as validating everything does, leaves the same configuration, and stores a change that makes it: $what',
    ({ edits }) => {
      Object.assign(counts, { narrow: 0, valid: 0, invalid: 0 });
      fc.assert(
        fc.property(fc.array(stepWith(edits), { minLength: 5, maxLength: 40 }), (steps) => {
          runSteps(workspace, analysis, steps);
        }),
        { numRuns: 300 },
      );
      // Nothing would be shown had it always fallen back, or never met an invalid configuration.
      expect(counts.narrow / counts.valid).toBeGreaterThan(0.4);
      expect(counts.invalid).toBeGreaterThan(100);
    },
    120_000,
  );
});

/** Begins with nothing. */
function runSteps(workspace: Workspace, analysis: SchemaAnalysis, steps: readonly Step[]): void {
  using nothing = workspace.context.emptyTree();
  workspace.candidate.replaceWith(nothing);
  workspace.touched.touchEverything();
  committed(workspace, analysis);
  for (const one of steps) {
    if (one === 'commit') committed(workspace, analysis);
    else if (one === 'discard') discarded(workspace);
    else {
      applyEdit(
        workspace.candidate,
        { xml: one.xml, defaultOperation: 'merge', testOption: 'set', errorOption: 'rollback-on-error' },
        { onChange: (node) => workspace.touched.touch(node) },
      );
    }
  }
}
