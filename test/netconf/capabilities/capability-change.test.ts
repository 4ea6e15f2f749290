import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CapabilityDifference } from '../../../src/config/notification-source.js';
import { capabilityChange } from '../../../src/netconf/capabilities/capability-change.js';
import { tellCapabilityChange } from '../../../src/netconf/capabilities/capability-record.io.js';
import { silentLog } from '../../support/silent-log.js';

describe('a change of capabilities', () => {
  it('is what came, what went, and what has other parameters', () => {
    const before = ['urn:a', 'urn:b?module=b&revision=1', 'urn:c?module=c'];
    const after = ['urn:b?module=b&revision=2', 'urn:c?module=c', 'urn:d?module=d'];
    expect(capabilityChange(before, after)).toEqual({
      added: ['urn:d?module=d'],
      deleted: ['urn:a'],
      modified: ['urn:b?module=b&revision=2'],
    });
  });

  it('is nothing where the same stand in another order', () => {
    expect(capabilityChange(['urn:a', 'urn:b'], ['urn:b', 'urn:a'])).toBeUndefined();
  });
});

describe('the record of capabilities', () => {
  let folder: string;
  let told: CapabilityDifference[];
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bfd-agent-test-'));
    told = [];
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const start = (...capabilities: string[]): Promise<void> =>
    tellCapabilityChange(
      folder,
      capabilities,
      { capabilitiesChanged: (change) => told.push(change) },
      silentLog,
    );

  it('tells a change once, and nothing at the first start', async () => {
    await start('urn:a');
    await start('urn:a');
    expect(told).toEqual([]);
    await start('urn:a', 'urn:b');
    await start('urn:a', 'urn:b');
    expect(told).toEqual([{ added: ['urn:b'], deleted: [], modified: [] }]);
  });

  it.each(['', '{"a":1}', '["urn:a",'])(
    'that is damaged (%j) tells nothing, and is written anew',
    async (text) => {
      await writeFile(join(folder, 'capabilities.json'), text);
      await start('urn:a');
      expect(told).toEqual([]);
      expect(JSON.parse(await readFile(join(folder, 'capabilities.json'), 'utf8'))).toEqual(['urn:a']);
    },
  );

  it('that cannot be written keeps nobody from serving', async () => {
    await rm(folder, { recursive: true });
    await expect(start('urn:a')).resolves.toBeUndefined();
    expect(told).toEqual([]);
  });
});
