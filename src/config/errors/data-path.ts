/** One `[name='value']`, `[.='value']` or `[position]` of a step. */
export interface PathPredicate {
  /** Key leaf, `.` for a leaf-list value, '' for a position. */
  readonly name: string;
  /** Module of the key leaf where the text names one. */
  readonly moduleName: string | undefined;
  readonly value: string;
}

/** One step of a data path; `moduleName` is resolved (inherited from the step before where left out). */
export interface PathStep {
  readonly moduleName: string;
  readonly name: string;
  readonly predicates: readonly PathPredicate[];
}

/** A libyang data path taken apart. `attribute` is the metadata that the path ends in (`/a:b/@c:d`). */
export interface DataPath {
  readonly steps: readonly PathStep[];
  readonly attribute?: { readonly moduleName: string; readonly name: string };
}

/**
 * Takes a path as libyang writes it apart: `/mod:list[key='v']/leaf`, where a module name stands only
 * where it differs from the step before, perhaps with `/@mod:name` behind it.
 * Answers undefined when `text` is not of that form.
 */
export function parseDataPath(text: string): DataPath | undefined {
  const steps: PathStep[] = [];
  let moduleName = '';
  let at = 0;
  while (at < text.length) {
    const head = stepHead.exec(text.slice(at));
    if (head === null) return undefined;
    at += head[0].length;
    const name = head[3] ?? '';
    if (head[1] !== undefined) {
      return at === text.length
        ? { steps, attribute: { moduleName: head[2] ?? moduleName, name } }
        : undefined;
    }
    moduleName = head[2] ?? moduleName;
    const predicates = parsePredicates(text, at);
    if (predicates === undefined || moduleName === '') return undefined;
    at = predicates.end;
    steps.push({ moduleName, name, predicates: predicates.found });
  }
  return { steps };
}

/**
 * Reads the predicates that begin at `start`: `[p:name='value'][.="value"][3]`, white space allowed
 * as in an instance-identifier (RFC 7950 §9.13). Answers undefined when one is malformed.
 */
export function parsePredicates(
  text: string,
  start: number,
): { found: readonly PathPredicate[]; end: number } | undefined {
  const found: PathPredicate[] = [];
  let at = start;
  while (text[at] === '[') {
    const match = predicate.exec(text.slice(at));
    if (match === null) return undefined;
    found.push({
      moduleName: match[1],
      name: match[2] ?? '',
      value: match[3] ?? match[4] ?? match[5] ?? '',
    });
    at += match[0].length;
  }
  return { found, end: at };
}

const identifier = '[A-Za-z_][\\w.-]*';
const stepHead = new RegExp(`^/(@)?(?:(${identifier}):)?(${identifier})`);
const predicate = new RegExp(
  `^\\[\\s*(?:(?:(?:(${identifier}):)?(${identifier}|\\.)\\s*=\\s*(?:'([^']*)'|"([^"]*)"))|(\\d+))\\s*\\]\\s*`,
);
