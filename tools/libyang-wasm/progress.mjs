/**
 * Progress of a long task on a terminal: one line that is written over; elsewhere plain lines, a few.
 */

/**
 * @typedef {object} Progress
 * @property {(name: string, total?: number) => void} step starts a step, of `total` parts if that is known
 * @property {() => void} advance one part of the step is done
 * @property {(text: string) => void} finish ends the display with a line that stays
 */

/**
 * @param {string} task what the lines begin with
 * @param {NodeJS.WriteStream} out
 * @returns {Progress}
 */
export function showProgress(task, out) {
  let name = '';
  let total = 0;
  let done = 0;
  const show = () => {
    const count = total > 0 ? ` ${done}/${total}` : '';
    const line = `${task}: ${name}${count}`;
    out.write(out.isTTY ? `\r\u001b[K${line.slice(0, (out.columns || 80) - 1)}` : `${line}\n`);
  };
  return {
    step(stepName, stepTotal = 0) {
      name = stepName;
      total = stepTotal;
      done = 0;
      show();
    },
    advance() {
      done += 1;
      const tenth = Math.ceil(total / 10);
      if (out.isTTY || done === total || done % tenth === 0) show();
    },
    finish(text) {
      out.write(`${out.isTTY ? '\r\u001b[K' : ''}${task}: ${text}\n`);
    },
  };
}
