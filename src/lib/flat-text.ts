/**
 * The same text, in one piece of memory. What has been put together with `+` stays a tree of its parts until it
 * is read, several times the size of the text: for texts of many parts that are kept.
 */
export function flatText(text: string): string {
  // Reading a character puts the parts together (V8); the answer depends on it, so that it is not left out.
  return Number.isNaN(text.charCodeAt(0)) ? '' : text;
}
