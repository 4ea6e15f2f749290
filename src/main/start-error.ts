/** Something outside the program keeps it from starting; the message is for the operator. */
export class StartError extends Error {
  override readonly name = 'StartError';
}

/** What an error says, for the end of a message to the operator. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
