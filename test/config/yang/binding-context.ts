import { Libyang } from '../../../src/config/yang/libyang.js';
import { type ModuleSource, moduleSourceOf } from '../../../src/config/yang/module-source.js';
import { loadLibyangModule } from '../../../src/config/yang/wasm-module.io.js';
import type { YangContext } from '../../../src/config/yang/yang-context.js';
import type { YangError } from '../../../src/config/yang/yang-error.js';
import type { Result } from '../../../src/lib/result.js';

/** A context in an instance of its own. */
export async function contextOf(...texts: string[]): Promise<{ libyang: Libyang; context: YangContext }> {
  const source = moduleSourceOf(texts);
  return contextFrom(
    source,
    source.list().map(({ name }) => name),
  );
}

/** As contextOf, with the named modules of a source and all their features. */
export async function contextFrom(
  source: ModuleSource,
  names: readonly string[],
): Promise<{ libyang: Libyang; context: YangContext }> {
  const libyang = Libyang.instantiate(await loadLibyangModule());
  const context = libyang.createContext(source);
  expectOk(context.implement(names.map((name) => ({ name, features: ['*'] }))));
  return { libyang, context };
}

/** The value of a result that the test does not expect to be an error. */
export function expectOk<T>(result: Result<T, readonly YangError[]>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.error, undefined, 2));
  return result.value;
}

/** The errors of a result that the test does not expect to be a success. */
export function expectErrors<T>(result: Result<T, readonly YangError[]>): readonly YangError[] {
  if (result.ok) throw new Error('no error');
  return result.error;
}

/** A module with a namespace `urn:NAME` and the prefix `p`. */
export function yangModule(name: string, body: string): string {
  return `module ${name} { yang-version 1.1; namespace "urn:${name}"; prefix p; ${body} }`;
}
