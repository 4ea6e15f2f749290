import type { EnginePort } from '../../link/engine-port.js';
import type { StateProvider } from './state-provider.js';
import { dateAndTime, element, leaf } from './xml-text.js';

const BFD_AGENT_BFD = 'urn:bfd-agent:yang:bfd-agent-bfd';

/** bfd-agent-bfd: the engine as a whole. */
export function engineState(engine: EnginePort): StateProvider {
  return {
    module: 'bfd-agent-bfd',
    namespace: BFD_AGENT_BFD,
    root: 'engine',
    async xml() {
      const answer = await engine.status();
      if (!answer.ok) {
        const unreachable = [leaf('state', 'unreachable'), leaf('obstacle', answer.error.message)];
        return element('engine', unreachable, BFD_AGENT_BFD);
      }
      const { pid, startedMs, realTimePriority, socketDrops, discards } = answer.value;
      return element(
        'engine',
        [
          leaf('state', 'up'),
          leaf('process-id', pid),
          leaf('start-time', dateAndTime(startedMs)),
          leaf('real-time-priority', realTimePriority),
          leaf('socket-drops', socketDrops),
          ...discards
            .filter(({ count }) => count > 0)
            .map(({ reason, count }) => element('discards', [leaf('reason', reason), leaf('count', count)])),
        ],
        BFD_AGENT_BFD,
      );
    },
  };
}
