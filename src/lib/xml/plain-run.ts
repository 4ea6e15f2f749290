const NAME = '[A-Za-z_][\\w.-]*';
/** Character data without references, what may be of the end of a CDATA section, and what XML does not allow or counts differently. */
const TEXT = '[\\t\\n\\u0020-\\u0025\\u0027-\\u003b=\\u003f-\\u005c\\u005e-\\u007e]';
const text = new RegExp(`${TEXT}+`, 'y');
const leaf = new RegExp(`<(${NAME})(?:/>|>${TEXT}*</\\1>)`, 'y');
const start = new RegExp(`<${NAME}>`, 'y');
const end = new RegExp(`</${NAME}>`, 'y');

/**
 * Reads markup that needs no parser: elements without attributes and prefixes, and plain text in ASCII. What is
 * read so far is well-formed but for the elements that are open.
 */
export class PlainRun {
  readonly #open: string[] = [];
  readonly #maxDepth: number;

  /** @param maxDepth of the elements in the run, inside one another */
  constructor(maxDepth: number) {
    this.#maxDepth = maxDepth;
  }

  /** Whether all elements that the run has begun are closed. */
  get isBalanced(): boolean {
    return this.#open.length === 0;
  }

  /**
   * Goes on reading at `from`.
   *
   * @returns where it stopped: before something that needs a parser, or that is cut off
   */
  read(xml: string, from: number): number {
    let at = from;
    for (;;) {
      const isDeep = this.#open.length >= this.#maxDepth;
      const next = passed(text, xml, at) ?? (isDeep ? undefined : passed(leaf, xml, at));
      if (next !== undefined) at = next;
      else {
        const behind = this.#readTag(xml, at, isDeep);
        if (behind === undefined) return at;
        at = behind;
      }
    }
  }

  #readTag(xml: string, at: number, isDeep: boolean): number | undefined {
    const started = isDeep ? undefined : passed(start, xml, at);
    if (started !== undefined) {
      this.#open.push(xml.slice(at + 1, started - 1));
      return started;
    }
    const ended = passed(end, xml, at);
    if (ended === undefined || this.#open.at(-1) !== xml.slice(at + 2, ended - 1)) return undefined;
    this.#open.pop();
    return ended;
  }
}

/** Where a match at that position ends. */
function passed(pattern: RegExp, xml: string, at: number): number | undefined {
  pattern.lastIndex = at;
  return pattern.test(xml) ? pattern.lastIndex : undefined;
}
