/** The list in parts of at most `size`, in order; at least one, which may be empty. */
export function listParts<T>(list: readonly T[], size: number): readonly (readonly T[])[] {
  const parts: T[][] = [];
  for (let start = 0; start < list.length; start += size) {
    parts.push(list.slice(start, start + size));
  }
  return parts.length === 0 ? [[]] : parts;
}
