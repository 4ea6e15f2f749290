import type { SessionKey } from '../../src/link/messages.js';
import { InMemoryEngine } from './in-memory-engine.js';

/** An engine that remembers of which sessions it was asked to tell everything. */
export class AskedEngine extends InMemoryEngine {
  readonly asked: (readonly string[] | null)[] = [];

  override read(keys: readonly SessionKey[] | null): ReturnType<InMemoryEngine['read']> {
    this.asked.push(keys);
    return super.read(keys);
  }
}
