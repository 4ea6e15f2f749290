/** @typedef {import('../../src/link/events/event-line.js').EventLine} EventLine */
/** @typedef {import('../lab/lsp-state.mjs').Leaves} Leaves */
/** @typedef {import('../lab/lab-agent.mjs').LabAgent} LabAgent */

/** Says on stdout what the demo does and what comes of it. */
export class Narrator {
  #startMs = performance.now();
  #steps = 0;
  /** As was shown last: a count that stays is no news. */
  #refused = '0';

  /** Begins a step of the procedure. @param {string} title */
  step(title) {
    this.#steps += 1;
    this.line(`\n${this.#steps}. ${title}`);
  }

  /** What an operator does. @param {string} node @param {string} text */
  does(node, text) {
    this.#timed(`${node.padEnd(5)} <commit>  ${text}`);
  }

  /** What is true now, as NETCONF tells it. @param {LabAgent} agent */
  async shows(agent) {
    const state = await agent.state();
    const lines = [...state.tunnels.map(tunnelLine), ...state.sessions.map(sessionLine)];
    if (state.sessions.length === 0) lines.push('no session');
    const refused = state.statistics['rejected-bootstraps'] ?? '0';
    if (refused !== this.#refused && refused !== '0') {
      lines.push(`LSP pings that asked for a session and got none: ${refused}`);
      this.#refused = refused;
    }
    for (const text of lines) this.#timed(`${agent.name.padEnd(5)} <get>     ${text}`);
  }

  /**
   * What a program that follows the events of a node was told.
   *
   * @param {string} node
   * @param {EventLine} line
   * @param {number} [afterMs] how long after the cut it heard that
   */
  hears(node, line, afterMs) {
    const after = afterMs === undefined ? '' : `, ${afterMs.toFixed(0)} ms after the cut`;
    const text = eventText(line);
    if (text !== null) this.#timed(`${node.padEnd(5)} event     ${text}${after}`);
  }

  /** What was heard since the last time. @param {readonly LabAgent[]} agents */
  hearsAll(...agents) {
    for (const { name, follower } of agents) {
      for (const { line } of follower.heard) this.hears(name, line);
      follower.clear();
    }
  }

  /** @param {string} text */
  note(text) {
    this.#timed(text);
  }

  /** @param {string} text */
  line(text) {
    process.stdout.write(`${text}\n`);
  }

  /** @param {string} text */
  #timed(text) {
    const seconds = ((performance.now() - this.#startMs) / 1000).toFixed(1);
    this.line(`${seconds.padStart(6)} s  ${text}`);
  }
}

/** @param {import('../lab/lsp-state.mjs').TunnelState} tunnel */
function tunnelLine({ leaves, lsps }) {
  const reason = leaves['ineligible-reason'];
  const active = lsps.find((lsp) => lsp['active'] === 'true');
  const way = active === undefined ? '' : `, on its ${active['role']} LSP`;
  return `tunnel ${leaves['fec']}: ${leaves['state']}${way}${reason === undefined ? '' : ` (no session: ${reason})`}`;
}

/** @param {Leaves} session */
function sessionLine(session) {
  const state = session['local-state'];
  const text = `${session['role']} session ${session['local-discriminator']}: ${state}`;
  const why = session['not-up-reason'];
  if (state !== 'up') return why === undefined ? text : `${text} (${why.replace(/\.$/u, '')})`;
  const detectionMs = Number(session['detection-time']) / 1000;
  const falls = session['down-count'] === '0' ? 'never down' : `${session['down-count']} × down`;
  return (
    `${text}, peer ${session['remote-discriminator']} at ${session['peer-address']}, ` +
    `detection ${detectionMs} ms, ${falls}`
  );
}

/** A line of the event socket in short; null for one that is of no interest here. @param {EventLine} line */
function eventText(line) {
  if (line.type === 'session-created') return `session ${line.localDiscriminator} created for ${line.fec}`;
  if (line.type === 'session-deleted') return `session ${line.localDiscriminator} deleted: ${line.reason}`;
  if (line.type === 'tunnel-state') return `tunnel ${line.fec}: ${line.from} → ${line.state}`;
  if (line.type !== 'session-state') return null;
  return `session ${line.localDiscriminator}: ${line.from} → ${line.state} (${line.diagnostic ?? 'none'})`;
}
