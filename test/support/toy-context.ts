import { Libyang } from '../../src/config/yang/libyang.js';
import type { ModuleSource } from '../../src/config/yang/module-source.js';
import { loadLibyangModule } from '../../src/config/yang/wasm-module.io.js';
import { readYangDirectories } from '../../src/config/yang/yang-directory.io.js';
import type { YangContext } from '../../src/config/yang/yang-context.js';
import type { DataTree } from '../../src/config/yang/data-tree.js';

/** The libyang module, compiled once for all contexts of a test file. */
const libyangModule = await loadLibyangModule();

const folders = ['./yang', '../../yang'].map((folder) => new URL(folder, import.meta.url).pathname);
const source: ModuleSource = await readYangDirectories(folders);

/** A context with the toy modules of support/yang and those of NETCONF, in an instance of its own. */
export function toyContext(): YangContext {
  const context = Libyang.instantiate(libyangModule).createContext(source);
  const names = ['ietf-netconf', 'toy', 'toy-extra', 'harbour', 'harbour-extra'];
  const result = context.implement(names.map((name) => ({ name, features: ['*'] })));
  if (!result.ok) throw new Error(result.error.map((error) => error.message).join('\n'));
  return context;
}

/** Disposes of a context; whoever made trees in it must have freed them. */
export function disposeToyContext(context: YangContext): void {
  const { liveTrees } = context;
  context.dispose();
  if (liveTrees > 0) throw new Error(`${liveTrees} trees were not freed`);
}

/** A tree from the inside of toy's container `top`, or, where it starts with `/`, from whole elements. */
export function toyTree(context: YangContext, inside: string, validate = true): DataTree {
  const parsed = context.parse(toyXml(inside), { format: 'xml', validate, configOnly: true });
  if (!parsed.ok) throw new Error(parsed.error.map((error) => error.message).join('\n'));
  return parsed.value;
}

/** Toy configuration as a client sends it. `inside` as for toyTree. */
export function toyXml(inside: string): string {
  const declared = [
    'xmlns="urn:example:toy"',
    'xmlns:t="urn:example:toy"',
    'xmlns:x="urn:example:toy-extra"',
    'xmlns:nc="urn:ietf:params:xml:ns:netconf:base:1.0"',
    'xmlns:yang="urn:ietf:params:xml:ns:yang:1"',
  ].join(' ');
  const elements = inside.startsWith('/') ? inside.slice(1) : `<top>${inside}</top>`;
  return elements.replaceAll(/<(top|motto|entry|must-choose)(?=[\s>/])/g, `<$1 ${declared}`);
}

/** What a tree has explicitly, as the inside of `top` (`/` and whole elements when there is more). */
export function toyText(tree: DataTree): string {
  const text = tree.print({ format: 'xml', defaults: 'explicit' }).replaceAll(/ xmlns(?::\w+)?="[^"]*"/g, '');
  const top = /^<top>(.*)<\/top>$/s.exec(text)?.[1];
  return top ?? (text === '' || text === '<top/>' ? '' : `/${text}`);
}
