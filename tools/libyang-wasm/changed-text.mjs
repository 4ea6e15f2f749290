/**
 * Changes of sources, made in the text that the compiler sees.
 *
 * @typedef {object} Change
 * @property {RegExp | string} from
 * @property {number} [times] how often it must be found; once when not given
 * @property {string} to `$&` stands for what was found
 */

/**
 * @param {string} name of the file, for the error
 * @param {string} text
 * @param {readonly Change[]} changes
 * @returns {string}
 * @throws {Error} when the text is not the one that the changes were made for
 */
export function changedText(name, text, changes) {
  return changes.reduce((changed, { from, times = 1, to }) => {
    const found =
      typeof from === 'string' ? changed.split(from).length - 1 : (changed.match(from)?.length ?? 0);
    if (found !== times) throw new Error(`${name} has ${from} ${found} times, not ${times}`);
    return typeof from === 'string'
      ? changed.split(from).join(to.replaceAll('$&', () => from))
      : changed.replace(from, to);
  }, text);
}
