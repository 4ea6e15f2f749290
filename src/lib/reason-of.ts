/** What an error says, for the end of a message to the operator. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
