import { err, ok, type Result } from '../../../lib/result.js';
import { parsePredicates } from '../../errors/data-path.js';
import { badAttribute, type RpcError } from '../../errors/rpc-error.js';
import type { DataNode } from '../../yang/data-node.js';
import type { DataTree } from '../../yang/data-tree.js';
import { YangCallError } from '../../yang/yang-error.js';
import { followingEntry, precedingEntry, type ChangeLog } from './change-log.js';
import { at, type Insertion } from './edit-attributes.js';
import type { Place } from './place.js';

/** Where an entry goes; the entry that it refers to exists. */
export type Position =
  | { readonly where: 'first' }
  | { readonly where: 'last' }
  | { readonly where: 'before' | 'after'; readonly reference: DataNode };

/**
 * Finds the entry in `place` that an insertion of `edit` refers to, before anything is changed. One
 * that is not there is bad-attribute with the app-tag missing-instance (RFC 7950 §15.7).
 */
export function resolvePosition(
  insertion: Insertion,
  edit: DataNode,
  place: Place,
): Result<Position, RpcError> {
  if (!('reference' in insertion)) return ok({ where: insertion.where });
  const { where, attribute, reference: text } = insertion;
  using scratch = edit.tree.context.emptyTree();
  const like = makeReference(scratch, edit, insertion);
  if (like === undefined) {
    const message = `The value "${text}" names no entry of <${edit.name}>.`;
    return err(badAttribute(attribute, edit.name, message, at(edit)));
  }
  const reference = place.find(like);
  if (reference === undefined || reference.isDefault) {
    const message = `The entry "${text}" of <${edit.name}> does not exist.`;
    return err(badAttribute(attribute, edit.name, message, { ...at(edit), appTag: 'missing-instance' }));
  }
  return ok({ where, reference });
}

/** Brings `node`, an entry of `place`, to its position. */
export function moveTo(position: Position, node: DataNode, place: Place, changes: ChangeLog): void {
  switch (position.where) {
    case 'first': {
      const first = farthest(node, precedingEntry);
      if (first !== undefined) changes.move(place, node, 'before', first);
      return;
    }
    case 'last': {
      const last = farthest(node, followingEntry);
      if (last !== undefined) changes.move(place, node, 'after', last);
      return;
    }
    case 'before':
    case 'after':
      if (position.reference.pointer !== node.pointer) {
        changes.move(place, node, position.where, position.reference);
      }
  }
}

function farthest(node: DataNode, next: (node: DataNode) => DataNode | undefined): DataNode | undefined {
  let found: DataNode | undefined;
  for (let step = next(node); step !== undefined; step = next(step)) found = step;
  return found;
}

/** Makes the entry that `yang:key` or `yang:value` names, or answers undefined where it names none. */
function makeReference(scratch: DataTree, edit: DataNode, insertion: Insertion): DataNode | undefined {
  if (!('reference' in insertion)) return undefined;
  const list = `${edit.parent?.path() ?? ''}/${edit.moduleName}:${edit.name}`;
  try {
    if (insertion.attribute === 'value') return scratch.create(list, insertion.reference);
    const predicates = keyPredicates(insertion.reference, edit);
    return predicates === undefined ? undefined : scratch.create(`${list}${predicates}`);
  } catch (error) {
    if (error instanceof YangCallError) return undefined;
    throw error;
  }
}

/** Key predicates (RFC 7950 §7.8.6) in the form of a path; all keys of the list have to be there. */
function keyPredicates(text: string, edit: DataNode): string | undefined {
  const parsed = parsePredicates(text, 0);
  if (parsed === undefined || parsed.end !== text.length) return undefined;
  const given = new Map(parsed.found.map(({ name, value }) => [name, value]));
  const keys = edit.keys();
  if (given.size !== keys.length || parsed.found.length !== keys.length) return undefined;
  if (!keys.every((key) => given.has(key.name))) return undefined;
  return keys
    .map(({ name }) => {
      const value = given.get(name) ?? '';
      return value.includes("'") ? `[${name}="${value}"]` : `[${name}='${value}']`;
    })
    .join('');
}
