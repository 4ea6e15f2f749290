import { err, ok } from '../../lib/result.js';
import { isEmptyChange, type DesiredChange, type EnginePort } from '../../link/engine-port.js';
import type { RefusedSession } from '../../link/messages.js';
import type { Outcome } from '../config-service.js';
import { operationFailed, resourceDenied, rollbackFailed, type RpcError } from '../errors/rpc-error.js';
import type { ConfigStore } from './config-store.js';
import type { JournalRecord } from './journal-record.js';
import type { PlannedCommit } from './plan-commit.js';

/**
 * Brings a planned commit into force outside: first the disk, then the engine. When one of them cannot,
 * the disk and the sessions are put back as they were, and the errors say what was refused. Only when
 * putting back fails too, the error is rollback-failed.
 * @param record the commit as it is stored
 */
export async function carryOut(
  plan: PlannedCommit,
  store: ConfigStore,
  engine: EnginePort,
  record: JournalRecord,
): Promise<Outcome> {
  const saving = store.append(record);
  plan.prepareTake?.();
  const saved = await saving;
  if (!saved.ok) return err([operationFailed(saved.error)]);
  const errors = await applyToEngine(plan.preparation.sessions, plan.preparation.undo, engine);
  if (errors.length === 0) return ok();
  const reverted = await store.revert();
  return err(reverted.ok ? errors : [...errors, rollbackFailed(reverted.error)]);
}

async function applyToEngine(
  change: DesiredChange,
  undo: DesiredChange,
  engine: EnginePort,
): Promise<readonly RpcError[]> {
  if (isEmptyChange(change)) return [];
  const applied = await engine.apply(change);
  if (!applied.ok) {
    // Should the change have arrived nevertheless, the plan sent at the next connection takes it back.
    return [operationFailed(`The sessions cannot be changed now: ${applied.error.message}`)];
  }
  if (applied.value.length === 0) return [];
  const undone = await engine.apply(undo);
  const refused = applied.value.map((session) => refusal(session));
  if (undone.ok && undone.value.length === 0) return refused;
  const reason = undone.ok
    ? undone.value.map((session) => describe(session)).join('; ')
    : undone.error.message;
  return [...refused, rollbackFailed(`Not all sessions could be put back: ${reason}`)];
}

function refusal(session: RefusedSession): RpcError {
  return resourceDenied(`The session ${describe(session)}`, { type: 'application' });
}

function describe({ key, reason }: RefusedSession): string {
  return `${key} was refused: ${reason}`;
}
