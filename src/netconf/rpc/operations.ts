import { pathStep, type ElementPath } from '../../lib/xml/document-state.js';
import { cancelCommit } from './cancel-commit.js';
import { closeSession } from './close-session.js';
import { commit } from './commit.js';
import { compare } from './compare.js';
import { copyConfig } from './copy-config.js';
import { createSubscription } from './create-subscription.js';
import { deleteConfig } from './delete-config.js';
import { discardChanges } from './discard-changes.js';
import { editData } from './edit-data.js';
import { editConfig } from './edit-config.js';
import { getData } from './get-data.js';
import { getConfig } from './get-config.js';
import { getSchema } from './get-schema.js';
import { get } from './get.js';
import { deleteHostKey, generateHostKey } from './host-keys.js';
import { killSession } from './kill-session.js';
import { lock } from './lock.js';
import { nmdaCompare } from './nmda-compare.js';
import { action } from './module-operation.js';
import type { Operation } from './operation.js';
import { planCommit } from './plan-commit.js';
import { rollback } from './rollback.js';
import { unlock } from './unlock.js';
import { validate } from './validate.js';

const OPERATIONS: readonly Operation[] = [
  get,
  getConfig,
  editConfig,
  copyConfig,
  deleteConfig,
  lock,
  unlock,
  validate,
  commit,
  cancelCommit,
  discardChanges,
  closeSession,
  killSession,
  getSchema,
  getData,
  editData,
  createSubscription,
  planCommit,
  compare,
  nmdaCompare,
  rollback,
  generateHostKey,
  deleteHostKey,
  action,
];

const byName = new Map(
  OPERATIONS.map((operation) => [pathStep(operation.namespace, operation.name), operation]),
);

/** The operation that the element `local` of `namespace` asks for. */
export function findOperation(namespace: string, local: string): Operation | undefined {
  return byName.get(pathStep(namespace, local));
}

/** The namespaces that operations are of. */
export const operationNamespaces: ReadonlySet<string> = new Set(OPERATIONS.map(({ namespace }) => namespace));

/** Paths below `<rpc>` of the elements whose content is kept as text (XmlElement.payload). */
export const payloadPaths: readonly ElementPath[] = OPERATIONS.flatMap(({ namespace, name, payloads = [] }) =>
  payloads.map((path) => [name, ...path].map((local) => pathStep(namespace, local)).join('/')),
);
