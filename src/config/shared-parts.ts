import type { AccessControl } from './access/access-control.js';
import type { CandidateState } from './candidate-state.js';
import type { ConfigCopies } from './config-copies.js';
import type { Locks } from './datastore/locks.js';
import type { LiveWorkspace } from './live-workspace.js';
import type { StartupDatastore } from './startup-datastore.js';
import type { PasswordCrypt } from './users/password-crypt.js';

/** What the requests of all sessions share; each part owns its own state, and nobody else changes that. */
export interface SharedParts {
  readonly live: LiveWorkspace;
  readonly candidate: CandidateState;
  readonly locks: Locks;
  readonly startup: StartupDatastore;
  readonly access: AccessControl;
  readonly copies: ConfigCopies;
  readonly crypt: PasswordCrypt;
}
