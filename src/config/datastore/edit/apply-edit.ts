import { err, ok } from '../../../lib/result.js';
import type { EditRequest, Outcome } from '../../config-service.js';
import type { RpcError } from '../../errors/rpc-error.js';
import type { DataTree } from '../../yang/data-tree.js';
import { LibyangCrash } from '../../yang/yang-error.js';
import { parseInput } from '../parse-input.js';
import { testConfig } from '../test-config.js';
import { ChangeLog, type ChangeListener } from './change-log.js';
import { EditWalk } from './edit-walk.js';
import { Place } from './place.js';
import type { WriteGuard } from './write-guard.js';

export interface EditHooks {
  /** Changes the parsed edit before it is applied; its errors refuse the edit. */
  readonly normalise?: (editTree: DataTree) => Outcome;
  /** Asked before every change; what it forbids is an error of the edit. */
  readonly guard?: WriteGuard | undefined;
  /** Told what is changed, also when it is taken back later. */
  readonly onChange?: ChangeListener;
  /** Told when something of the edit stays. */
  readonly onKept?: () => void;
  /** True when the target that has resulted is known to be valid; otherwise all of it is validated. */
  readonly isValid?: () => boolean;
  /** Makes of what is wrong with the target that has resulted what may be told. */
  readonly readable?: (errors: readonly RpcError[]) => readonly RpcError[];
}

/**
 * Applies an `<edit-config>` to `target` (RFC 6241 §7.2). The whole `<config>` is read first: with an
 * error in it nothing happens. What a later error means is said by the two options:
 *
 * | | stop-on-error | continue-on-error | rollback-on-error |
 * |---|---|---|---|
 * | set | what came before stays | all but the wrong nodes is done | nothing stays |
 * | test-then-set | nothing stays: the test ends there | as for set | nothing stays |
 * | deferred | nothing stays | as for set | nothing stays |
 *
 * With test-then-set the target that results is validated as well; when that fails nothing stays,
 * whatever the error-option. test-only does the same as test-then-set and then takes everything back.
 * An unexpected exception takes everything back too.
 */
export function applyEdit(target: DataTree, request: EditRequest, hooks: EditHooks = {}): Outcome {
  const parsed = parseInput(target.context, request.xml, { edit: true });
  if (!parsed.ok) return parsed;
  using edit = parsed.value;
  const normalised = hooks.normalise?.(edit);
  if (normalised?.ok === false) return normalised;
  using changes = new ChangeLog(target, hooks.onChange);
  try {
    return carryOut(target, edit, changes, request, hooks);
  } catch (error) {
    if (!(error instanceof LibyangCrash)) changes.undo();
    throw error;
  }
}

function carryOut(
  target: DataTree,
  edit: DataTree,
  changes: ChangeLog,
  request: EditRequest,
  { guard, isValid, onKept, readable = (told) => told }: EditHooks,
): Outcome {
  const { testOption, errorOption } = request;
  const goOn = errorOption === 'continue-on-error';
  const walk = new EditWalk(changes, goOn, guard);
  walk.applyAll(edit.roots(), Place.topLevel(target), request.defaultOperation);
  const errors: RpcError[] = walk.errors;
  const failed = errors.length > 0;
  const asked = testOption === 'test-then-set' || testOption === 'test-only';
  const tests = asked && (goOn || !failed);
  const tested = tests && isValid?.() !== true ? testConfig(target) : ok();
  if (!tested.ok) errors.push(...readable(tested.error));
  const partly = goOn || (testOption === 'set' && errorOption === 'stop-on-error');
  if (testOption === 'test-only' || !tested.ok || (failed && !partly)) changes.undo();
  if (!changes.isEmpty) onKept?.();
  return errors.length === 0 ? ok() : err(errors);
}
