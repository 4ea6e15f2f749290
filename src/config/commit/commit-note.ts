import type { CommitRequest, Requester } from '../config-service.js';
import type { ConfirmEvent } from './commit-event.js';
import type { CommitEditor, CommitNote } from './commit-history.js';

/** What is known of a commit before it is clear when it is made. */
export type UntimedNote = Omit<CommitNote, 'timeMs'>;

/**
 * How a commit that somebody asks for is remembered.
 * @param editors the other sessions whose changes it takes along
 */
export function noteOfCommit(
  request: CommitRequest,
  requester: Requester,
  editors: readonly CommitEditor[],
): UntimedNote {
  const { comment, label, confirmed } = request;
  return {
    kind: confirmed === undefined ? 'commit' : 'confirmed-commit',
    ...requester,
    ...(comment === undefined ? {} : { comment }),
    ...(label === undefined ? {} : { label }),
    ...(editors.length === 0 ? {} : { editors }),
  };
}

/** How going back from a confirmed commit is remembered. */
export function noteOfRevert({ type, reason, requester }: ConfirmEvent): UntimedNote {
  const comment = reason ?? (type === 'timeout' ? 'the commit was not confirmed in time' : undefined);
  return { kind: 'revert', ...requester, ...(comment === undefined ? {} : { comment }) };
}
