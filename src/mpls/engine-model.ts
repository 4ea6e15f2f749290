/**
 * What an engine with LSPs tells: what every BFD engine tells, and what LSPs add to it.
 */
import type { EngineStatus as BfdEngineStatus } from '../bfd/engine/engine-status.js';
import type {
  SessionReport as BfdSessionReport,
  StateChangeEvent as BfdStateChangeEvent,
} from '../bfd/engine/session-model.js';
import type { LspSessionReport, MplsEvent, MplsStatistics } from './mpls-model.js';

/** A session as it is. */
export interface SessionReport extends BfdSessionReport {
  /** Absent: it is no session of an LSP. */
  readonly lsp?: LspSessionReport;
}

/** A session changed its state. */
export interface StateChangeEvent extends BfdStateChangeEvent {
  readonly report: SessionReport;
}

/** What the engine tells unasked. */
export type EngineEvent = StateChangeEvent | MplsEvent;

/** The engine as a whole. */
export interface EngineStatus extends BfdEngineStatus {
  /** Null: nothing is wanted of LSPs. */
  readonly mpls: MplsStatistics | null;
}
