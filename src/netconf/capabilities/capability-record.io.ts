import { join } from 'node:path';
import * as v from 'valibot';
import type { CapabilityDifference } from '../../config/notification-source.js';
import { readIfThere, writeDurably } from '../../lib/durable-file.io.js';
import type { Log } from '../../lib/log.js';
import { capabilityChange } from './capability-change.js';

/** Who is told that the capabilities are not those of the previous run. */
export interface CapabilityWatcher {
  capabilitiesChanged(change: CapabilityDifference): void;
}

const FILE = 'capabilities.json';

const recorded = v.array(v.string());

/**
 * Tells, once, what has become of the capabilities since the previous run of the server, which has left
 * them in `folder`, and leaves those of this run there. Where none were left, or what is there cannot be
 * read, there is nothing to tell; a record that cannot be written is no reason not to serve.
 */
export async function tellCapabilityChange(
  folder: string,
  capabilities: readonly string[],
  watcher: CapabilityWatcher,
  log: Log,
): Promise<void> {
  const path = join(folder, FILE);
  try {
    const text = await readIfThere(path);
    const before = text === undefined ? undefined : readRecord(text);
    if (text !== undefined && before === undefined) {
      log.warn({ path }, 'the capabilities of the previous run cannot be read');
    }
    const change = before && capabilityChange(before, capabilities);
    if (change !== undefined) watcher.capabilitiesChanged(change);
    if (change !== undefined || before === undefined) {
      await writeDurably(path, `${JSON.stringify(capabilities, undefined, 1)}\n`);
    }
  } catch (error) {
    log.warn({ path, err: error }, 'the capabilities of this run are not recorded');
  }
}

function readRecord(text: string): readonly string[] | undefined {
  try {
    const parsed = v.safeParse(recorded, JSON.parse(text));
    return parsed.success ? parsed.output : undefined;
  } catch {
    return undefined;
  }
}
