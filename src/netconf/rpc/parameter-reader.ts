import {
  badElement,
  invalidValue,
  missingElement,
  unknownAttribute,
  unknownElement,
  unknownNamespace,
  type RpcError,
} from '../../config/errors/rpc-error.js';
import type { XmlElement } from '../../lib/xml/xml-element.js';
import type { OperationContext } from './operation.js';

/** Parameters that are not as most are. */
export interface SpecialParameters {
  /** Namespaces of those that are not of the operation's own. */
  readonly foreign?: Readonly<Record<string, string>>;
  /** Those that may be given several times. */
  readonly repeatable?: readonly string[];
}

/** Attributes that a parameter may have; a parameter that is not listed may have none. */
export type AllowedAttributes = Readonly<Record<string, readonly string[]>>;

/**
 * Reads the parameters of an operation, or of a container in it, and collects what is wrong with them:
 * RFC 6241 appendix A, and RFC 7950 §8.3.1 for the content of RPCs.
 */
export class ParameterReader {
  readonly errors: RpcError[] = [];
  private readonly element: XmlElement;
  private readonly foreign: Readonly<Record<string, string>>;
  private readonly repeatable: readonly string[];
  private readonly repeated: XmlElement[] = [];
  private readonly values = new Map<string, XmlElement>();

  /** `names` are the parameters that `element` may have, each at most once unless it is repeatable. */
  constructor(
    element: XmlElement,
    names: readonly string[],
    context: Pick<OperationContext, 'isKnownNamespace'>,
    attributes: AllowedAttributes = {},
    special: SpecialParameters = {},
  ) {
    this.element = element;
    this.foreign = special.foreign ?? {};
    this.repeatable = special.repeatable ?? [];
    this.errors.push(...attributeErrors(element, []));
    if (element.text.trim() !== '') this.errors.push(textError(element));
    for (const child of element.children) {
      const error = this.childError(child, names, context);
      if (error === undefined) {
        this.values.set(child.local, child);
        if (this.repeatable.includes(child.local)) this.repeated.push(child);
        this.errors.push(...attributeErrors(child, attributes[child.local] ?? []));
        if (child.children.length > 0 && child.text.trim() !== '') this.errors.push(textError(child));
      } else this.errors.push(error);
    }
  }

  /** The element `name`, if it is there. */
  optional(name: string): XmlElement | undefined {
    return this.values.get(name);
  }

  /** All elements of the repeatable parameter `name`. */
  all(name: string): readonly XmlElement[] {
    return this.repeated.filter(({ local }) => local === name);
  }

  /** The element `name`; an error if it is not there. */
  required(name: string): XmlElement | undefined {
    const value = this.values.get(name);
    if (value === undefined && !this.element.children.some(({ local }) => local === name)) {
      this.errors.push(
        missingElement(name, `<${this.element.local}> must have the element <${name}>.`, {
          type: 'protocol',
        }),
      );
    }
    return value;
  }

  /** The value of the leaf `name`, without white space around it, if it is there. */
  leaf(name: string): string | undefined {
    const value = this.values.get(name);
    const nested = value?.children[0];
    if (nested !== undefined) this.errors.push(unknownElement(nested.local));
    return value?.text.trim();
  }

  /** The value of the leaf `name`, one of `allowed`; `otherwise` if it is not there. */
  choice<T extends string, D extends string>(name: string, allowed: readonly T[], otherwise: D): T | D {
    const value = this.leaf(name);
    if (value === undefined) return otherwise;
    const found = allowed.find((candidate) => candidate === value);
    if (found === undefined) {
      this.errors.push(invalidValue(`<${name}> must be one of ${allowed.join(', ')}; it is "${value}".`));
    }
    return found ?? otherwise;
  }

  private childError(
    child: XmlElement,
    names: readonly string[],
    context: Pick<OperationContext, 'isKnownNamespace'>,
  ): RpcError | undefined {
    const foreign = Object.hasOwn(this.foreign, child.local) ? this.foreign[child.local] : undefined;
    if (child.namespace !== (foreign ?? this.element.namespace)) {
      return context.isKnownNamespace(child.namespace)
        ? unknownElement(child.local)
        : unknownNamespace(child.local, child.namespace);
    }
    if (!names.includes(child.local)) return unknownElement(child.local);
    if (!this.values.has(child.local) || this.repeatable.includes(child.local)) return undefined;
    return badElement(child.local, `<${child.local}> must be given only once.`);
  }
}

/** Attributes of foreign namespaces are metadata that nothing here needs to know (RFC 7952 §5). */
function attributeErrors(element: XmlElement, allowed: readonly string[]): RpcError[] {
  return element.attributes
    .filter(({ namespace, local }) => {
      const own = namespace === '' || namespace === element.namespace;
      return own && !allowed.includes(local);
    })
    .map(({ name }) => unknownAttribute(name, element.local, { type: 'protocol' }));
}

function textError(element: XmlElement): RpcError {
  return badElement(element.local, `<${element.local}> must have no text between its elements.`);
}
