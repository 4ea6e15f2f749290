import type { DataNode } from '../../yang/data-node.js';
import { precedingEntry, type ChangeLog } from './change-log.js';
import type { Place } from './place.js';
import { moveTo, type Position } from './user-order.js';

/** A node that a replacing edit mentions, as it is in the target, and the position that was asked for. */
export interface Mentioned {
  readonly node: DataNode;
  readonly position: Position | undefined;
}

/**
 * Brings the user-ordered entries of a place whose content is replaced to the front of their lists: in the
 * order in which the edit mentions them, except where one asks for another position.
 */
export function orderAsMentioned(mentioned: readonly Mentioned[], place: Place, changes: ChangeLog): void {
  const lists = new Map<string, DataNode[]>();
  for (const { node, position } of mentioned) {
    if (!node.isUserOrdered) continue;
    const name = `${node.moduleName}:${node.name}`;
    const list = (lists.get(name) ?? []).filter((other) => other.pointer !== node.pointer);
    list.splice(indexOf(position, list), 0, node);
    lists.set(name, list);
  }
  for (const list of lists.values()) bringToFront(list, place, changes);
}

function bringToFront(list: readonly DataNode[], place: Place, changes: ChangeLog): void {
  let last: DataNode | undefined;
  for (const node of list) {
    if (last === undefined) moveTo({ where: 'first' }, node, place, changes);
    else if (precedingEntry(node)?.pointer !== last.pointer) changes.move(place, node, 'after', last);
    last = node;
  }
}

function indexOf(position: Position | undefined, list: readonly DataNode[]): number {
  if (position === undefined || position.where === 'last') return list.length;
  if (position.where === 'first') return 0;
  const { where, reference } = position;
  const index = list.findIndex((node) => node.pointer === reference.pointer);
  if (index === -1) return list.length;
  return where === 'before' ? index : index + 1;
}
