import type { Filter } from '../../../src/config/config-service.js';
import { readTree } from '../../../src/config/read-tree.js';
import type { YangContext } from '../../../src/config/yang/yang-context.js';
import { expectOk } from '../yang/binding-context.js';

/** As libyang prints it: siblings in the order of the schema. */
export function printed(context: YangContext, xml: string): string {
  using tree = expectOk(context.parse(xml, { format: 'xml', validate: false }));
  return tree.print({ format: 'xml', defaults: 'explicit' });
}

/** What a filter selects of it. */
export function selected(context: YangContext, xml: string, filter: Filter): string {
  using tree = expectOk(context.parse(xml, { format: 'xml', validate: false }));
  const read = readTree(tree, filter);
  if (!read.ok) throw new Error(JSON.stringify(read.error));
  return read.value;
}
