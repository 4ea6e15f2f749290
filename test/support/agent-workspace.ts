import { Workspace } from '../../src/config/workspace.js';
import type { Preparation } from '../../src/config/handlers/handler.js';
import { loadLibyangModule } from '../../src/config/yang/wasm-module.io.js';
import { readYangDirectories } from '../../src/config/yang/yang-directory.io.js';
import type { DataTree } from '../../src/config/yang/data-tree.js';
import type { RpcError } from '../../src/config/errors/rpc-error.js';

const libyangModule = await loadLibyangModule();
const moduleSource = await readYangDirectories([new URL('../../yang', import.meta.url).pathname]);

/** A workspace with the agent's schema and handlers, and nothing configured. */
export function emptyWorkspace(): Workspace {
  const created = Workspace.create({ libyangModule, moduleSource });
  if (!created.ok) throw new Error(created.error);
  return created.value;
}

/** A valid tree of that workspace, made of parts that may overlap. */
export function configTree(workspace: Workspace, parts: readonly string[]): DataTree {
  const tree = workspace.context.emptyTree();
  for (const part of parts) {
    const parsed = workspace.context.parse(part, { format: 'xml', validate: false, configOnly: true });
    if (!parsed.ok) throw new Error(parsed.error.map(({ message }) => message).join('\n'));
    using added = parsed.value;
    tree.merge(added);
  }
  const valid = tree.validate({ configOnly: true });
  if (!valid.ok) throw new Error(valid.error.map(({ message }) => message).join('\n'));
  return tree;
}

/** What the handlers say to `parts` as the next configuration of the workspace. */
export function prepared(workspace: Workspace, ...parts: readonly string[]): Preparation {
  using next = configTree(workspace, parts);
  using diff = workspace.running.diff(next, { defaults: true });
  return workspace.handlers.prepare(diff, workspace.running, next);
}

/** Makes `parts` the running configuration. */
export function run(workspace: Workspace, ...parts: readonly string[]): void {
  using next = configTree(workspace, parts);
  const adopted = workspace.adopt(next);
  if (!adopted.ok) throw new Error(adopted.error.map(({ message }) => message).join('\n'));
}

/** Errors as tag, path and message. */
export function told(errors: readonly RpcError[]): string[] {
  return errors.map(({ tag, path, message }) => `${tag} ${path?.text ?? '-'} ${message}`);
}
