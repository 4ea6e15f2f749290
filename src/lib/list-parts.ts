/** The list in parts of at most `size`, in order; none of an empty list. */
export function partsOf<T>(list: readonly T[], size: number): readonly (readonly T[])[] {
  const parts: T[][] = [];
  for (let start = 0; start < list.length; start += size) {
    parts.push(list.slice(start, start + size));
  }
  return parts;
}

/** The same, but at least one part, which may be empty. */
export function listParts<T>(list: readonly T[], size: number): readonly (readonly T[])[] {
  return list.length === 0 ? [[]] : partsOf(list, size);
}
