import type { CommitHistory, CommitRecord } from '../commit/commit-history.js';
import type { StateProvider } from './state-provider.js';
import { dateAndTime, element, leaf } from './xml-text.js';

const NAMESPACE = 'urn:bfd-agent:yang:bfd-agent-commit';

/** bfd-agent-commit: the commits that are remembered. */
export function commitsState(history: CommitHistory): StateProvider {
  return {
    module: 'bfd-agent-commit',
    namespace: NAMESPACE,
    root: 'commits',
    async xml() {
      return element(
        'commits',
        history.records().map((record) => entry(record)),
        NAMESPACE,
      );
    },
  };
}

function entry(record: CommitRecord): string {
  return element('commit', [
    leaf('number', record.number),
    leaf('kind', record.kind),
    leaf('time', dateAndTime(record.timeMs)),
    leaf('user', record.user),
    leaf('address', record.sourceHost),
    leaf('session-id', record.sessionId),
    leaf('comment', record.comment),
    leaf('label', record.label),
    leaf('edit', record.edit),
  ]);
}
