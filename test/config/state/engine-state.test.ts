import { expect, it } from 'vitest';
import { engineState } from '../../../src/config/state/engine-state.js';
import { emptyWorkspace } from '../../support/agent-workspace.js';
import { InMemoryEngine } from '../../support/in-memory-engine.js';

async function shown(engine: InMemoryEngine): Promise<string> {
  const xml = await engineState(engine).xml();
  const parsed = emptyWorkspace().context.parse(xml, { format: 'xml', validate: false });
  if (!parsed.ok) throw new Error(parsed.error.map(({ message }) => message).join('; '));
  using tree = parsed.value;
  return tree.print({ format: 'xml', defaults: 'explicit' });
}

it('the engine tells its process, priority and what it has thrown away', async () => {
  expect(await shown(new InMemoryEngine())).toBe(
    '<engine xmlns="urn:bfd-agent:yang:bfd-agent-bfd"><state>up</state><process-id>4711</process-id>' +
      '<start-time>2026-01-02T03:04:05.000Z</start-time><real-time-priority>50</real-time-priority>' +
      '<socket-drops>3</socket-drops><discards><reason>no-session</reason><count>4</count></discards></engine>',
  );
});

it('an engine that cannot be asked is said to be unreachable, and why', async () => {
  const engine = new InMemoryEngine();
  engine.unavailable = 'the engine cannot be reached: ENOENT';
  expect(await shown(engine)).toBe(
    '<engine xmlns="urn:bfd-agent:yang:bfd-agent-bfd"><state>unreachable</state>' +
      '<obstacle>the engine cannot be reached: ENOENT</obstacle></engine>',
  );
});
