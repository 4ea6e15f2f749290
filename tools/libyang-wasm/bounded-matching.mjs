/**
 * Two changes to PCRE2's DFA matcher, made in the text that the compiler sees, so that no pattern and no
 * value keep it busy for long. The matcher keeps a list of states, each an offset in the pattern and the
 * number of repetitions seen there, and drops those that are in the list already.
 *
 * - For `x+` and `x{n,}` it counts on and on, although only the first n matter. So `(a+)+b` against n
 *   times `a` has n states that are not found equal, each compared with all others, for each character:
 *   time grows with n³ (half a second for 400 characters, nine minutes for 10,000). The count stops at n
 *   here, which bounds the states by the size of the pattern.
 * - Comparing states counts as work against the match limit, which otherwise counts only recursion. It
 *   remains large for patterns with large bounds inside one another, such as `((a{1,50}){1,50}){1,50}`.
 *
 * The limit itself is in shim/match.c.
 */

import { changedText } from './changed-text.mjs';

/** @type {import('./changed-text.mjs').Change[]} */
const changes = [
  { from: /^ +count\+\+;$/gm, times: 8, to: 'count = 1;' },
  {
    from: /^ +if \(\+\+count >= max && max != 0\)/gm,
    times: 1,
    to: 'if (max == 0 && count >= (int)GET2(ecode, 1)) count = (int)GET2(ecode, 1) - 1;\n$&',
  },
  {
    from: /^ +for \(j = 0; j < i; j\+\+\)$/gm,
    times: 1,
    to: 'mb->match_call_count += i;\nif (mb->match_call_count >= mb->match_limit) return PCRE2_ERROR_MATCHLIMIT;\n$&',
  },
];

/**
 * @param {string} text of PCRE2's pcre2_dfa_match.c
 * @returns {string}
 * @throws {Error} when the text is not the one that the changes were made for
 */
export function boundMatching(text) {
  return changedText('pcre2_dfa_match.c', text, changes);
}
