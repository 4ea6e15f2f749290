import { ok } from '../../lib/result.js';
import type { EnginePort } from '../../link/engine-port.js';
import type { MplsEvent, StateChangeEvent } from '../../link/messages.js';
import type { Filter, Outcome } from '../config-service.js';
import type { LiveWorkspace } from '../live-workspace.js';
import type { EventNotification, NotificationSource } from '../notification-source.js';
import { selectFrom } from '../read-tree.js';
import type { LspSessions } from '../state/lsp-sessions.js';
import type { YangContext } from '../yang/yang-context.js';
import type { CapabilityDifference, SessionIdentity, TerminationReason } from './agent-event.js';
import { EventHub } from './event-hub.js';
import { notificationContent } from './notification-content.js';

/** What notifications are made from. */
export interface NotificationParts {
  readonly live: LiveWorkspace;
  readonly engine: EnginePort;
  readonly lspSessions: LspSessions;
  nowMs(): number;
}

/**
 * Makes notifications of what happens in the agent, each once, and evaluates filters on them.
 */
export class AgentNotifications implements NotificationSource {
  readonly events = new EventHub();
  readonly #parts: NotificationParts;

  readonly #listeners = new Set<(notification: EventNotification) => void>();

  constructor(parts: NotificationParts) {
    this.#parts = parts;
    parts.engine.onEvent((event) => {
      if (event.type === 'state-change') void this.#stateChange(event);
      else void this.#lspEvent(event);
    });
    this.events.listen((event) => {
      const notification = { timeMs: event.timeMs, xml: notificationContent(event) };
      for (const listener of this.#listeners) listener(notification);
    });
  }

  onNotification(listener: (notification: EventNotification) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  checkFilter(filter: Filter): Promise<Outcome> {
    return this.#parts.live.serve(({ context }) => {
      using nothing = context.emptyTree();
      const selected = selectFrom(nothing, filter);
      return selected.ok ? ok() : selected;
    });
  }

  matches(notifications: readonly EventNotification[], filter: Filter): Promise<Outcome<readonly boolean[]>> {
    return this.#parts.live.serve(({ context }) =>
      ok(notifications.map(({ xml }) => selectsSomething(context, xml, filter))),
    );
  }

  capabilitiesChanged(change: CapabilityDifference): void {
    this.events.publish({ type: 'capability-change', timeMs: this.#parts.nowMs(), ...change });
  }

  sessionStarted(session: SessionIdentity): void {
    this.events.publish({ type: 'session-start', timeMs: this.#parts.nowMs(), session });
  }

  sessionEnded(session: SessionIdentity, reason: TerminationReason, killedBy: number | null): void {
    this.events.publish({ type: 'session-end', timeMs: this.#parts.nowMs(), session, reason, killedBy });
  }

  /**
   * In the queue of requests: a session may change its state while the commit that creates it is being
   * carried out. One that is not configured any more is nothing to tell of.
   */
  async #stateChange(change: StateChangeEvent): Promise<void> {
    await this.#parts.live.serve(({ handlers }) => {
      const { timeMs } = change;
      const { lsp } = change.report;
      if (lsp !== undefined) this.events.publish({ type: 'lsp-session-state', timeMs, change, lsp });
      const session = handlers.bfdSessions.session(change.key);
      if (session !== undefined) this.events.publish({ type: 'session-state', timeMs, session, change });
      return ok();
    });
  }

  /** In the queue as well, so that what belongs together is told in the order in which it happened. */
  async #lspEvent(event: MplsEvent): Promise<void> {
    const discriminator = this.#discriminatorOf(event);
    await this.#parts.live.serve(() => {
      this.events.publish({ type: 'lsp', timeMs: event.timeMs, event, discriminator });
      return ok();
    });
  }

  #discriminatorOf(event: MplsEvent): number | undefined {
    if (event.type === 'bootstrap-failed') return this.#parts.lspSessions.discriminator(event.key);
    if (event.type !== 'tunnel-state-change' || event.session === null) return undefined;
    return this.#parts.lspSessions.discriminator(event.session);
  }
}

/** What the schema does not know (logged by another version of the agent) is selected by no filter. */
function selectsSomething(context: YangContext, xml: string, filter: Filter): boolean {
  const parsed = context.parseNotification(xml);
  if (!parsed.ok) return false;
  using tree = parsed.value;
  const selected = selectFrom(tree, filter);
  return selected.ok && !selected.value.isEmpty;
}
