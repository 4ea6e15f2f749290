import { err, ok } from '../lib/result.js';
import type { Outcome, SchemaFormat, SchemaIdentity } from './config-service.js';
import { invalidValue, operationFailed } from './errors/rpc-error.js';
import type { YangContext } from './yang/yang-context.js';

/** The modules of a context, as hello and monitoring tell of them. */
export function schemaIdentities(context: YangContext): readonly SchemaIdentity[] {
  return context.modules().map((module) => ({
    name: module.name,
    revision: module.revision ?? '',
    namespace: module.namespace,
    features: module.features,
    deviations: module.deviatedBy,
    implemented: module.implemented,
  }));
}

/**
 * The text of a module for `<get-schema>` (RFC 6022 §3.1).
 * @param revision '' for a module without one; undefined where only one revision is there
 */
export function findSchemaText(
  context: YangContext,
  name: string,
  revision: string | undefined,
  format: SchemaFormat,
): Outcome<string> {
  const named = context.modules().filter((module) => module.name === name);
  const matching = named.filter((module) => revision === undefined || (module.revision ?? '') === revision);
  const [module, another] = matching;
  if (module === undefined) {
    const wanted = revision === undefined ? name : `${name} of revision "${revision}"`;
    return err([invalidValue(`There is no schema ${wanted}.`, { type: 'application' })]);
  }
  if (another !== undefined) {
    const message = `There are several revisions of ${name}: name one as version.`;
    return err([operationFailed(message, { appTag: 'data-not-unique' })]);
  }
  const text =
    format === 'yang'
      ? context.source(name, module.revision)
      : context.printSchema(name, module.revision, format);
  if (text === undefined) throw new Error(`module ${name} of the context has no text`);
  return ok(text);
}
