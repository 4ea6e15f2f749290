/** Where the texts of YANG modules and submodules come from. */
export interface ModuleSource {
  /**
   * @param name of a module or submodule
   * @param revision exactly this one; without it the newest
   * @returns the YANG text, or undefined where there is no such module
   */
  find(name: string, revision?: string): string | undefined;
  /** Everything that `find` knows. */
  list(): readonly ModuleName[];
}

/** A module or submodule; a text without a revision statement has none. */
export interface ModuleName {
  readonly name: string;
  readonly revision: string | undefined;
}

/**
 * A source of texts in memory.
 *
 * @param texts YANG texts; name and newest revision are read out of each (RFC 7950 §7.1, §7.1.9)
 * @throws {Error} for a text that is no module, and for two of the same name and revision
 */
export function moduleSourceOf(texts: Iterable<string>): ModuleSource {
  const modules = new Map<string, Map<string, string>>();
  for (const text of texts) {
    const { name, revision = '' } = nameModule(text);
    const revisions = modules.get(name) ?? new Map<string, string>();
    if (revisions.has(revision)) throw new Error(`YANG module ${name}@${revision} exists twice`);
    modules.set(name, revisions.set(revision, text));
  }
  return {
    find(name, revision) {
      const revisions = modules.get(name);
      return revisions?.get(revision ?? newest(revisions.keys()));
    },
    list() {
      return [...modules].flatMap(([name, revisions]) =>
        [...revisions.keys()].map((revision) => ({ name, revision: revision || undefined })),
      );
    },
  };
}

/**
 * The name and the newest revision that a YANG text states.
 *
 * @throws {Error} when it does not start with a module or submodule statement
 */
export function nameModule(text: string): ModuleName {
  const code = text.replace(stringsAndComments, simplify);
  const name = /^\s*(?:sub)?module\s+["']?([A-Za-z_][\w.-]*)["']?\s*\{/.exec(code)?.[1];
  if (name === undefined) throw new Error(`not a YANG module: ${JSON.stringify(text.slice(0, 60))}`);
  const revisions = [...code.matchAll(/[;{}\s]revision\s+["']?(\d{4}-\d\d-\d\d)["']?\s*[;{]/g)];
  const dates = revisions.map(([, date]) => date ?? '');
  return { name, revision: dates.length > 0 ? newest(dates) : undefined };
}

const stringsAndComments = /"(?:[^"\\]|\\[^])*"|'[^']*'|\/\/[^\n]*|\/\*[^]*?\*\//g;

/** Only names and dates are of interest: comments vanish, and prose that might look like a statement. */
function simplify(found: string): string {
  if (found.startsWith('/')) return ' ';
  return /^.[\w.-]+.$/.test(found) ? found : '""';
}

function newest(revisions: Iterable<string>): string {
  return [...revisions].reduce((a, b) => (a > b ? a : b), '');
}
