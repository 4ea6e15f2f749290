import { ok } from '../../../lib/result.js';
import { badAttribute, dataExists, dataMissing, type RpcError } from '../../errors/rpc-error.js';
import type { DataNode } from '../../yang/data-node.js';
import { isTaggedDefault } from '../default-tags.js';
import { existsExplicitly, isStructural } from '../node-existence.js';
import type { ChangeLog } from './change-log.js';
import { supersededNodes } from './choice-cases.js';
import { at, nameOf, readEditAttributes, type Insertion, type Operation } from './edit-attributes.js';
import type { Place } from './place.js';
import { removalsFirst, siblingErrors } from './sibling-errors.js';
import { orderAsMentioned } from './replaced-order.js';
import { moveTo, resolvePosition, type Position } from './user-order.js';
import type { GuardedOperation, WriteGuard } from './write-guard.js';

/** What is decided for one node of the edit. */
interface Step {
  readonly edit: DataNode;
  readonly place: Place;
  readonly operation: Operation;
  readonly insertion: Insertion | undefined;
}

/**
 * Applies the nodes of an edit to the target (RFC 6241 §7.2, RFC 7950 §7.5.8 to §7.10.3), changing it
 * through `changes` alone. Each error concerns one node: its inside is left alone.
 */
export class EditWalk {
  readonly errors: RpcError[] = [];
  readonly #changes: ChangeLog;
  readonly #goOn: boolean;
  readonly #guard: WriteGuard | undefined;

  /**
   * @param goOn whether to go on behind an error (continue-on-error) or to stop there
   * @param guard asked before every change
   */
  constructor(changes: ChangeLog, goOn: boolean, guard?: WriteGuard) {
    this.#changes = changes;
    this.#goOn = goOn;
    this.#guard = guard;
  }

  /**
   * Applies sibling nodes of the edit in `place`; `operation` is what those without an own one inherit.
   * Under `replace` what the place has besides goes away, and user-ordered entries take the edit's order.
   */
  applyAll(nodes: readonly DataNode[], place: Place, operation: Operation): void {
    const refused = siblingErrors(nodes, operation);
    if (refused.size > 0) this.errors.push(...[...refused.values()].slice(0, this.#goOn ? undefined : 1));
    const positions = new Map<DataNode, Position | undefined>();
    for (const edit of removalsFirst(nodes)) {
      if (this.#stopped()) return;
      const position = refused.has(edit) ? undefined : this.#applyOne(edit, place, operation);
      if (operation === 'replace') positions.set(edit, position);
    }
    if (operation === 'replace' && !this.#stopped()) this.#finishReplace(positions, place);
  }

  #stopped(): boolean {
    return this.errors.length > 0 && !this.#goOn;
  }

  /** Answers the position that was asked for, where there was one. */
  #applyOne(edit: DataNode, place: Place, inherited: Operation): Position | undefined {
    const attributes = readEditAttributes(edit, inherited);
    if (!attributes.ok) {
      this.errors.push(attributes.error);
      return undefined;
    }
    if (edit.isKey) return undefined;
    const { operation, insertion } = attributes.value;
    const step = { edit, place, operation: operation ?? inherited, insertion };
    const existing = place.find(edit);
    switch (step.operation) {
      case 'delete':
      case 'remove':
        this.#remove(step, existing);
        return undefined;
      case 'none':
        this.#leave(step, existing);
        return undefined;
      case 'create':
      case 'merge':
      case 'replace':
        if (!isTaggedDefault(edit)) return this.#set(step, existing);
        this.#reset(step, existing);
        return undefined;
      default:
        return step.operation satisfies never;
    }
  }

  #remove({ edit, place, operation }: Step, existing: DataNode | undefined): void {
    const contradiction = contradictionInside(edit, operation);
    if (contradiction !== undefined) {
      this.errors.push(contradiction);
    } else if (this.#denied('delete', existing ?? edit, existing !== undefined)) {
      return;
    } else if (existing !== undefined && existsExplicitly(existing)) {
      this.#changes.remove(place, existing);
    } else if (operation === 'delete') {
      this.errors.push(dataMissing(`${nameOf(edit)} does not exist.`, at(edit)));
    }
  }

  /** Only nodes inside may ask for something; what leads to them must exist. */
  #leave({ edit, place }: Step, existing: DataNode | undefined): void {
    if (!isStructural(edit) && (existing === undefined || !existsExplicitly(existing))) {
      this.errors.push(dataMissing(`${nameOf(edit)} does not exist.`, at(edit)));
    } else if (isInner(edit)) {
      this.applyAll([...edit.children()], place.inside(edit), 'none');
    }
  }

  /** What is tagged as a default is set by nobody: a value that was set goes (RFC 6243 §4.5.2). */
  #reset({ edit, place, operation }: Step, existing: DataNode | undefined): void {
    if (existing === undefined || !existsExplicitly(existing)) return;
    if (operation === 'create') this.errors.push(dataExists(`${nameOf(edit)} exists already.`, at(edit)));
    else this.#changes.remove(place, existing);
  }

  #set(step: Step, existing: DataNode | undefined): Position | undefined {
    const { edit, place, operation, insertion } = step;
    if (this.#setDenied(step, existing)) return undefined;
    if (operation === 'create' && existing !== undefined && existsExplicitly(existing)) {
      this.errors.push(dataExists(`${nameOf(edit)} exists already.`, at(edit)));
      return undefined;
    }
    const position = insertion === undefined ? ok(undefined) : resolvePosition(insertion, edit, place);
    if (!position.ok) {
      this.errors.push(position.error);
      return undefined;
    }
    this.#open(place);
    this.#removeSuperseded(edit, place);
    if (isInner(edit)) this.#setInner(step, existing);
    else this.#setTerminal(step, existing);
    const node = position.value === undefined ? undefined : place.find(edit);
    if (position.value !== undefined && node !== undefined) {
      moveTo(position.value, node, place, this.#changes);
    }
    return position.value;
  }

  /** Whether the guard forbids what is to be done to a node; then the error is noted. */
  #denied(operation: GuardedOperation, node: DataNode, deep: boolean): boolean {
    const denial = this.#guard?.(operation, node, deep);
    if (denial !== undefined) this.errors.push(denial);
    return denial !== undefined;
  }

  /**
   * The same for what sets one node: nodes inside are asked about when it is their turn, but those that go
   * with it, and those that are put in whole, are asked about here. Before the node's existence is told.
   */
  #setDenied({ edit, place, operation, insertion }: Step, existing: DataNode | undefined): boolean {
    if (this.#guard === undefined) return false;
    const isNew = existing === undefined || !existsExplicitly(existing);
    const changes = isInner(edit) ? insertion !== undefined : existing?.value !== edit.value;
    if (operation === 'create' || isNew) {
      if (this.#denied('create', edit, isInner(edit) && isPlain(edit))) return true;
    } else {
      const change = changes || insertion !== undefined ? 'update' : 'keep';
      if (!(change === 'keep' && isInner(edit)) && this.#denied(change, existing, false)) return true;
    }
    return superseding(edit, place).some(
      (other) => existsExplicitly(other) && this.#denied('delete', other, true),
    );
  }

  /** Makes the containers that lead to `place`; only those that exist for their content can be missing. */
  #open(place: Place): void {
    const { outer, like } = place;
    if (outer === undefined || like === undefined || place.node() !== undefined) return;
    this.#open(outer);
    this.#removeSuperseded(like, outer);
    this.#changes.insert(outer, like, { deep: false });
  }

  #removeSuperseded(edit: DataNode, place: Place): void {
    for (const other of supersededNodes(edit, place)) this.#changes.remove(place, other);
  }

  #setTerminal({ edit, place }: Step, existing: DataNode | undefined): void {
    if (existing !== undefined) {
      if (!existing.isDefault && hasComparableValue(edit) && existing.value === edit.value) return;
      if (edit.kind === 'leaf' && !existing.isDefault) return this.#changes.setValue(place, existing, edit);
      this.#changes.remove(place, existing);
    }
    this.#changes.insert(place, edit, { deep: true });
  }

  #setInner({ edit, place, operation }: Step, existing: DataNode | undefined): void {
    if (existing === undefined) {
      if (isPlain(edit)) return this.#changes.insertWhole(place, edit);
      this.#changes.insert(place, edit, { deep: false });
    }
    this.applyAll([...edit.children()], place.inside(edit), operation);
    if (existing === undefined) this.#prune(place.inside(edit));
  }

  /** Takes away containers that exist for their content and have been left without any. */
  #prune(place: Place): void {
    const node = place.node();
    if (node === undefined || place.outer === undefined) return;
    if (!isStructural(node) || existsExplicitly(node)) return;
    this.#changes.remove(place.outer, node);
    this.#prune(place.outer);
  }

  /** What the edit does not mention goes, what it mentions takes its order. */
  #finishReplace(positions: ReadonlyMap<DataNode, Position | undefined>, place: Place): void {
    const mentioned = [...positions].flatMap(([edit, position]) => {
      const node = place.find(edit);
      return node === undefined ? [] : [{ node, position }];
    });
    orderAsMentioned(mentioned, place, this.#changes);
    const kept = new Set(mentioned.map(({ node }) => node.pointer));
    for (const node of place.children()) {
      if (kept.has(node.pointer) || node.isKey || !existsExplicitly(node)) continue;
      if (!this.#denied('delete', node, true)) this.#changes.remove(place, node);
      else if (this.#stopped()) return;
    }
  }
}

/** What goes away when `edit` is set in `place`, and when the containers that lead there are made. */
function superseding(edit: DataNode, place: Place): readonly DataNode[] {
  const { outer, like } = place;
  const opens = outer !== undefined && like !== undefined && place.node() === undefined;
  const others = supersededNodes(edit, place);
  return opens ? [...superseding(like, outer), ...others] : others;
}

function isInner(node: DataNode): boolean {
  return node.kind === 'container' || node.kind === 'list';
}

function hasComparableValue(node: DataNode): boolean {
  return node.kind === 'leaf' || node.kind === 'leaf-list';
}

/** An element whose absence is asked for cannot hold one whose presence is asked for. */
function contradictionInside(edit: DataNode, operation: Operation): RpcError | undefined {
  for (const child of edit.children()) {
    const attributes = readEditAttributes(child, operation);
    if (!attributes.ok) return attributes.error;
    const own = attributes.value.operation ?? operation;
    if (own !== 'delete' && own !== 'remove') {
      const message = `The operation "${own}" cannot stand inside the operation "${operation}".`;
      return badAttribute('operation', child.name, message, at(child));
    }
    const deeper = contradictionInside(child, operation);
    if (deeper !== undefined) return deeper;
  }
  return undefined;
}

/** True when adding the whole subtree is all that there is to do. */
function isPlain(edit: DataNode): boolean {
  return !isInner(edit) || edit.isPlainInside;
}
