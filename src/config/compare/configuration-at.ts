import { err, ok } from '../../lib/result.js';
import type { CommitHistory } from '../commit/commit-history.js';
import type { Outcome } from '../config-service.js';
import { applyEdit } from '../datastore/edit/apply-edit.js';
import { dataMissing, operationFailed } from '../errors/rpc-error.js';
import type { DataTree } from '../yang/data-tree.js';

/**
 * The configuration that a commit resulted in: running, with all later commits undone. Only what somebody
 * has set is in it; it is not validated. The caller frees it. A commit that is not remembered is
 * data-missing; so is one before a configuration that no commit made.
 */
export async function configurationAt(
  number: number,
  running: DataTree,
  history: CommitHistory,
): Promise<Outcome<DataTree>> {
  const records = history.records();
  const later = records.filter((record) => record.number > number);
  if (!records.some((record) => record.number === number)) {
    return err([dataMissing(`There is no commit ${number} in the history.`)]);
  }
  const barrier = later.find(({ kind }) => kind === 'found');
  if (barrier !== undefined) {
    const message = `The configuration of commit ${number} cannot be had: commit ${barrier.number} found another one in place.`;
    return err([dataMissing(message)]);
  }
  const explicit = running.context.parse(running.print({ format: 'xml', defaults: 'explicit' }), {
    format: 'xml',
    validate: false,
  });
  if (!explicit.ok) throw new Error('running cannot be read again');
  const undone = await undo(explicit.value, later, history);
  if (undone.ok) return ok(explicit.value);
  explicit.value.free();
  return undone;
}

async function undo(
  tree: DataTree,
  later: readonly { readonly number: number }[],
  history: CommitHistory,
): Promise<Outcome> {
  for (const { number } of later.toReversed()) {
    const read = await history.undoOf(number);
    if (!read.ok) return err([operationFailed(read.error)]);
    const applied = applyEdit(tree, {
      xml: read.value,
      defaultOperation: 'merge',
      testOption: 'set',
      errorOption: 'rollback-on-error',
    });
    if (!applied.ok) return applied;
  }
  return ok();
}
