import { withoutElements, type ElementNames } from '../access/secret-elements.js';
import type { CommitEditor, CommitHistory, CommitRecord } from '../commit/commit-history.js';
import type { StateProvider } from './state-provider.js';
import { dateAndTime, element, leaf } from './xml-text.js';

const NAMESPACE = 'urn:bfd-agent:yang:bfd-agent-commit';

/**
 * bfd-agent-commit: the commits that are remembered.
 *
 * @param secrets elements that the text of edits is shown without: access control does not see inside of it
 */
export function commitsState(history: CommitHistory, secrets: ElementNames): StateProvider {
  return {
    module: 'bfd-agent-commit',
    namespace: NAMESPACE,
    root: 'commits',
    async xml() {
      return element(
        'commits',
        history.records().map((record) => entry(record, secrets)),
        NAMESPACE,
      );
    },
  };
}

function entry(record: CommitRecord, secrets: ElementNames): string {
  return element('commit', [
    leaf('number', record.number),
    leaf('kind', record.kind),
    leaf('time', dateAndTime(record.timeMs)),
    leaf('user', record.user),
    leaf('address', record.sourceHost),
    leaf('session-id', record.sessionId),
    leaf('comment', record.comment),
    leaf('label', record.label),
    ...(record.editors ?? []).map((editor) => editorEntry(editor)),
    leaf('edit', record.edit && withoutElements(record.edit, secrets)),
  ]);
}

function editorEntry({ sessionId, user, sourceHost }: CommitEditor): string {
  return element('editor', [leaf('session-id', sessionId), leaf('user', user), leaf('address', sourceHost)]);
}
