/**
 * Namespace prefixes in effect at an element, as a list from the inside out: an element that declares
 * nothing shares the scope of its parent, one that does adds a link. So the memory that scopes take is
 * that of the declarations in the document, whatever its nesting. `xml` is bound implicitly and not
 * listed; an undeclared default namespace (`xmlns=""`) hides an outer one and is not listed either.
 */
export class NamespaceScope implements ReadonlyMap<string, string> {
  private readonly own: ReadonlyMap<string, string>;
  private readonly outer: NamespaceScope | undefined;

  constructor(own: ReadonlyMap<string, string> = new Map(), outer?: NamespaceScope) {
    this.own = own;
    this.outer = outer;
  }

  get(prefix: string): string | undefined {
    const uri = this.declared(prefix);
    return uri === '' ? undefined : uri;
  }

  has(prefix: string): boolean {
    return this.get(prefix) !== undefined;
  }

  get size(): number {
    return this.flatten().size;
  }

  entries(): MapIterator<[string, string]> {
    return this.flatten().entries();
  }

  keys(): MapIterator<string> {
    return this.flatten().keys();
  }

  values(): MapIterator<string> {
    return this.flatten().values();
  }

  [Symbol.iterator](): MapIterator<[string, string]> {
    return this.entries();
  }

  forEach(callback: (uri: string, prefix: string, map: ReadonlyMap<string, string>) => void): void {
    for (const [prefix, uri] of this) callback(uri, prefix, this);
  }

  private declared(prefix: string): string | undefined {
    return this.own.get(prefix) ?? this.outer?.declared(prefix);
  }

  private flatten(): Map<string, string> {
    const flat = this.outer?.flatten() ?? new Map<string, string>();
    for (const [prefix, uri] of this.own) {
      if (uri === '') flat.delete(prefix);
      else flat.set(prefix, uri);
    }
    return flat;
  }
}
