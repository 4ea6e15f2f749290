import type { EventStreamInfo } from '../notification-source.js';
import type { StateProvider } from './state-provider.js';
import { dateAndTime, element, leaf } from './xml-text.js';

const NOTIFICATION_STREAMS = 'urn:ietf:params:xml:ns:netmod:notification';

/** What nc-notifications tells of. */
export interface EventStreamsSource {
  /** None as long as no NETCONF server runs. */
  streams(): readonly EventStreamInfo[];
}

/** nc-notifications: the event streams that can be subscribed to (RFC 5277 §3.2.5.1). */
export function eventStreamsState(source: EventStreamsSource): StateProvider {
  return {
    module: 'nc-notifications',
    namespace: NOTIFICATION_STREAMS,
    root: 'netconf',
    xml: async () => {
      const streams = source.streams();
      if (streams.length === 0) return '';
      return element('netconf', [element('streams', streams.map(streamEntry))], NOTIFICATION_STREAMS);
    },
  };
}

function streamEntry(stream: EventStreamInfo): string {
  return element('stream', [
    leaf('name', stream.name),
    leaf('description', stream.description),
    leaf('replaySupport', true),
    leaf('replayLogCreationTime', dateAndTime(stream.replayLogCreationMs)),
    leaf('replayLogAgedTime', dateAndTime(stream.replayLogAgedMs)),
  ]);
}
