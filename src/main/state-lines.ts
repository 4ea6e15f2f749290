import type {
  DesiredSession,
  SessionKey,
  SessionReport,
  StateChangeEvent,
  StateName,
} from '../link/messages.js';

/** Writes what becomes of the sessions of a file for people and scripts to read. */
export class StateLines {
  readonly #sessions: ReadonlyMap<SessionKey, DesiredSession>;
  readonly #write: (text: string) => void;

  constructor(sessions: readonly DesiredSession[], write: (text: string) => void) {
    this.#sessions = new Map(sessions.map((session) => [session.key, session]));
    this.#write = write;
  }

  /** A line `<seconds since 1970> <peer> <local address> <old state> <new state>`. */
  tell(event: StateChangeEvent, timeMs: number): void {
    const peer = this.#sessions.get(event.key)?.destination ?? event.key;
    const local = event.sourceAddress ?? '-';
    this.#write(
      `${(timeMs / 1000).toFixed(6)} ${peer} ${local} ${stateWord(event.from)} ${stateWord(event.to)}\n`,
    );
  }

  /** The sum of all sessions, a line of JSON. */
  summarize(reports: readonly SessionReport[]): void {
    const sum = (of: (report: SessionReport) => number) =>
      reports.reduce((total, report) => total + of(report), 0);
    const summary = {
      sessions: reports.length,
      up: sum(({ localState }) => (localState === 'up' ? 1 : 0)),
      downCount: sum(({ downCount }) => downCount),
      sentPackets: sum(({ sentPackets }) => sentPackets),
      receivedPackets: sum(({ receivedPackets }) => receivedPackets),
      invalidPackets: sum(({ invalidPackets }) => invalidPackets),
      failedSends: sum(({ failedSends }) => failedSends),
    };
    this.#write(`${JSON.stringify(summary)}\n`);
  }
}

function stateWord(state: StateName): string {
  return state === 'admin-down' ? 'adminDown' : state;
}
