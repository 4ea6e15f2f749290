import { join } from 'node:path';

/** Where the agent of a state folder talks with its engine. */
export function engineSocketIn(stateDir: string): string {
  return join(stateDir, 'engine.sock');
}

/** Where the engine of a state folder tells other programs of changes. */
export function eventSocketIn(stateDir: string): string {
  return join(stateDir, 'events.sock');
}
