import type { XmlElement } from '../../lib/xml/xml-element.js';
import type { Filter } from '../config-service.js';

/**
 * A subtree filter for all that a filter can select, and maybe more, to collect no more state than that:
 * itself, or for an XPath filter of plain paths the same as elements. Its children are the filter.
 * Undefined where a filter can select anything, as far as that is quickly told.
 */
export function narrowingFilter(filter: Filter | undefined): XmlElement | undefined {
  if (filter?.type === 'subtree') return filter.element;
  return filter && new PlainPaths(filter.select, filter.namespaces).read();
}

const NAME = String.raw`([\p{L}_][\p{L}\p{N}_.-]*)`;
const QUALIFIED = String.raw`(?:${NAME}\s*:\s*)?${NAME}`;
const STEP = new RegExp(String.raw`\s*/\s*${QUALIFIED}`, 'uy');
const PREDICATE = /\s*\[/uy;
/** No empty value: as an element it would select, and not match. */
const CONDITION = new RegExp(
  String.raw`\s*${QUALIFIED}\s*=\s*(?:'([^']*[^'\s][^']*)'|"([^"]*[^"\s][^"]*)")`,
  'uy',
);
const AND = /\s+and(?=\s)/uy;
const PREDICATE_END = /\s*\]/uy;
const UNION = /\s*\|/uy;
const END = /\s*$/uy;

interface Step {
  readonly name: string;
  readonly namespace: string;
  readonly conditions: readonly XmlElement[];
}

/** Reads absolute paths of names, with predicates that compare children with literals, and unions of them. */
class PlainPaths {
  readonly #text: string;
  readonly #namespaces: ReadonlyMap<string, string>;
  #at = 0;

  constructor(text: string, namespaces: ReadonlyMap<string, string>) {
    this.#text = text;
    this.#namespaces = namespaces;
  }

  /** Undefined: it is something else. */
  read(): XmlElement | undefined {
    const paths: XmlElement[] = [];
    do {
      const path = this.#path();
      if (path === undefined) return undefined;
      paths.push(path);
    } while (this.#next(UNION));
    return this.#next(END) ? element('filter', '', paths) : undefined;
  }

  /** Undefined: there is none here. What cannot be read behind it is seen to be no end by who reads on. */
  #path(): XmlElement | undefined {
    const steps: Step[] = [];
    for (let step = this.#next(STEP); step !== undefined; step = this.#next(STEP)) {
      const [, prefix, name = ''] = step;
      const conditions = this.#predicates();
      if (conditions === undefined) return undefined;
      steps.push({ name, namespace: this.#namespaceOf(prefix), conditions });
    }
    return steps.reduceRight<XmlElement | undefined>(
      (below, { name, namespace, conditions }) =>
        element(name, namespace, below === undefined ? conditions : [...conditions, below]),
      undefined,
    );
  }

  #predicates(): readonly XmlElement[] | undefined {
    const predicates: XmlElement[] = [];
    while (this.#next(PREDICATE)) {
      const conditions = this.#conditions();
      if (conditions === undefined) return undefined;
      predicates.push(...conditions);
    }
    return predicates;
  }

  #conditions(): readonly XmlElement[] | undefined {
    const conditions: XmlElement[] = [];
    do {
      const condition = this.#next(CONDITION);
      if (condition === undefined) return undefined;
      const [, prefix, name = '', single, double] = condition;
      conditions.push(element(name, this.#namespaceOf(prefix), [], single ?? double));
    } while (this.#next(AND));
    return this.#next(PREDICATE_END) && conditions;
  }

  /** '' where it may be any. */
  #namespaceOf(prefix: string | undefined): string {
    return (prefix === undefined ? undefined : this.#namespaces.get(prefix)) ?? '';
  }

  #next(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text);
    if (found === null) return undefined;
    this.#at = pattern.lastIndex;
    return found;
  }
}

function element(local: string, namespace: string, children: readonly XmlElement[], text = ''): XmlElement {
  return { prefix: '', local, namespace, attributes: [], children, text, scope: new Map() };
}
