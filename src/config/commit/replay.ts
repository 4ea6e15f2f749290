import { err, ok } from '../../lib/result.js';
import type { Outcome } from '../config-service.js';
import { applyEdit } from '../datastore/edit/apply-edit.js';
import { parseConfig } from '../datastore/parse-config.js';
import type { DataTree } from '../yang/data-tree.js';
import type { YangContext } from '../yang/yang-context.js';
import type { StoredParts } from './config-store.js';

/** The configuration that is stored: the snapshot with all later changes. The caller frees the tree. */
export function replay(context: YangContext, { xml, records }: StoredParts): Outcome<DataTree> {
  const parsed = parseConfig(context, xml, { validate: false });
  if (!parsed.ok) return parsed;
  for (const { edit } of records) {
    const applied = applyEdit(parsed.value, {
      xml: edit,
      defaultOperation: 'merge',
      testOption: 'set',
      errorOption: 'stop-on-error',
    });
    if (applied.ok) continue;
    parsed.value.free();
    return err(applied.error);
  }
  return ok(parsed.value);
}
