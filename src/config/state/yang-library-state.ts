import type { DataNode } from '../yang/data-node.js';
import type { YangContext } from '../yang/yang-context.js';
import type { YangModuleInfo } from '../yang/yang-module-info.js';
import type { StateProvider } from './state-provider.js';

const YANG_LIBRARY = 'urn:ietf:params:xml:ns:yang:ietf-yang-library';

/** ietf-yang-library of a context (RFC 8525), which does not change. */
export interface YangLibrary {
  readonly contentId: string;
  /** The XML of its top-level nodes, by name: `yang-library`, and the older `modules-state`. */
  readonly roots: ReadonlyMap<string, string>;
}

/** ietf-yang-library: the modules of the agent, as `readYangLibrary` has them. */
export function yangLibraryState({ roots }: YangLibrary): readonly StateProvider[] {
  return [...roots].map(([root, xml]) => ({
    module: 'ietf-yang-library',
    namespace: YANG_LIBRARY,
    root,
    xml: () => Promise.resolve(xml),
  }));
}

const DATASTORES = ['running', 'candidate', 'startup', 'intended', 'operational'];

/** The content of ietf-yang-library for a context: one schema, which all datastores have. */
export function readYangLibrary(context: YangContext): YangLibrary {
  const contentId = contentIdOf(context.modules(), DATASTORES);
  using tree = context.yangLibrary(contentId);
  const [schema] = tree
    .roots()
    .flatMap((root) => [...root.children()].filter(({ name }) => name === 'schema'));
  for (const name of DATASTORES) {
    const path = `/ietf-yang-library:yang-library/datastore[name='ietf-datastores:${name}']/schema`;
    tree.create(path, schema?.child('name')?.value ?? '');
  }
  return { contentId, roots: new Map(tree.roots().map((root) => [root.name, printAlone(root)])) };
}

function printAlone(root: DataNode): string {
  using tree = root.tree.context.emptyTree();
  tree.insertCopy(root, undefined, { deep: true });
  return tree.print({ format: 'xml', defaults: 'explicit' });
}

/** A text that differs when datastores, modules, their revisions, features or deviations differ (RFC 8525 §4). */
export function contentIdOf(modules: readonly YangModuleInfo[], datastores: readonly string[]): string {
  const facts = modules.map(({ name, revision, implemented, features, deviatedBy }) =>
    [name, revision ?? '', implemented, ...features.toSorted(), '/', ...deviatedBy.toSorted()].join(' '),
  );
  return fnv1a64([...facts.toSorted(), datastores.join(' ')].join('\n'))
    .toString(16)
    .padStart(16, '0');
}

/** The 64-bit FNV-1a hash over the UTF-16 code units of a text. */
function fnv1a64(text: string): bigint {
  let hash = 0xcb_f2_9c_e4_84_22_23_25n;
  for (let index = 0; index < text.length; index += 1) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(text.charCodeAt(index))) * 0x1_00_00_00_01_b3n);
  }
  return hash;
}
