/** @typedef {import('./measure.mjs').Figures} Figures */

/** More than so many processors busy with other work: the figures are worth little. */
export const BUSY = 0.3;

/**
 * The figures as a table in Markdown.
 *
 * @param {readonly Figures[]} all
 */
export function table(all) {
  const head = [
    '| implementation (peer) | sessions × interval | µs/packet | of a processor | all Up after | flaps | detection late p50 / p99 | memory | other load |',
    '|---|---|---|---|---|---|---|---|---|',
  ];
  const rows = all.map((one) => {
    const up = one.allUpAfterS === null ? 'never' : `${one.allUpAfterS.toFixed(1)} s`;
    const late =
      one.lateMs.length === 0
        ? '–'
        : `${percentile(one.lateMs, 0.5).toFixed(1)} / ${percentile(one.lateMs, 0.99).toFixed(1)} ms (${one.lateMs.length}; ${(100 * one.stolen).toFixed(0)} % stolen)`;
    const cells = [
      `${one.subject} (${one.peer})`,
      `${one.sessions} × ${one.intervalMs} ms`,
      one.usPerPacket.toFixed(1),
      `${one.processorPercent.toFixed(0)} %`,
      up,
      `${one.flaps} in ${one.windowS.toFixed(0)} s`,
      late,
      `${one.memoryMib.toFixed(0)} MiB`,
      `${one.otherLoad.toFixed(1)}${one.otherLoad > BUSY ? ' (too busy to tell)' : ''}`,
    ];
    return `| ${cells.join(' | ')} |`;
  });
  return [...head, ...rows].join('\n');
}

/**
 * How soon committed sessions were Up, as a table in Markdown.
 *
 * @param {readonly import('./commit-to-up.mjs').CommitFigures[]} all
 */
export function commitTable(all) {
  const head = [
    '| committed to an agent that runs | commit answered after | all Up after the request | after the answer |',
    '|---|---|---|---|',
  ];
  const rows = all.map(({ sessions, intervalMs, answeredAfterS, allUpAfterS }) => {
    const later =
      allUpAfterS === null ? 'never' : `${Math.max(0, allUpAfterS - answeredAfterS).toFixed(1)} s`;
    const after = allUpAfterS === null ? 'never' : `${allUpAfterS.toFixed(1)} s`;
    return `| ${sessions} × ${intervalMs} ms | ${answeredAfterS.toFixed(1)} s | ${after} | ${later} |`;
  });
  return [...head, ...rows].join('\n');
}

/**
 * The value below which a part of the sorted numbers lies.
 *
 * @param {readonly number[]} sorted
 * @param {number} part
 */
export function percentile(sorted, part) {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}

const WIDTH = 640;
const HEIGHT = 400;
const LEFT = 60;
const BOTTOM = 350;
const COLOURS = ['#1b6ca8', '#c0392b', '#2e8b57', '#8e44ad'];

/**
 * Processor time per packet against the number of sessions, a line for each implementation.
 *
 * @param {readonly Figures[]} all
 */
export function chart(all) {
  const names = [...new Set(all.map(({ subject }) => subject))];
  const highest = Math.max(1, ...all.map(({ usPerPacket }) => usPerPacket));
  const most = Math.max(1, ...all.map(({ sessions }) => sessions));
  /** @param {Figures} one */
  const place = (one) => {
    const x = LEFT + (one.sessions / most) * (WIDTH - LEFT - 40);
    const y = BOTTOM - (one.usPerPacket / highest) * (BOTTOM - 40);
    return `${x.toFixed(1)},${y.toFixed(1)}`;
  };
  const lines = names.map((name, index) => {
    const colour = COLOURS[index % COLOURS.length];
    const points = all
      .filter(({ subject }) => subject === name)
      .toSorted((left, right) => left.sessions - right.sessions)
      .map(place);
    const dots = points.map((point) => {
      const [x, y] = point.split(',');
      return `<circle cx="${x}" cy="${y}" r="3" fill="${colour}"/>`;
    });
    const label = `<text x="${LEFT + 12}" y="${24 + 18 * index}" fill="${colour}">${name}</text>`;
    return `<polyline points="${points.join(' ')}" fill="none" stroke="${colour}" stroke-width="2"/>${dots.join('')}${label}`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="13">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="white"/>`,
    `<path d="M${LEFT} 20V${BOTTOM}H${WIDTH - 20}" fill="none" stroke="#333"/>`,
    `<text x="${WIDTH - 20}" y="${BOTTOM + 34}" text-anchor="end">sessions</text>`,
    `<text x="${WIDTH - 40}" y="${BOTTOM + 18}" text-anchor="middle">${most}</text>`,
    `<text x="8" y="14">µs of processor time per packet</text>`,
    `<text x="${LEFT - 6}" y="44" text-anchor="end">${highest.toFixed(0)}</text>`,
    ...lines,
    '</svg>',
    '',
  ].join('\n');
}
