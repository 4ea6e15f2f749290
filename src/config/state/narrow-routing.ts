import { IP_MH_SESSIONS } from '../handlers/bfd-ip-mh-session.js';
import { IP_SH_SESSIONS } from '../handlers/bfd-ip-sh-session.js';
import { CONTROL_PLANE_PROTOCOL } from '../handlers/control-plane-protocols.js';
import type { SessionKey } from '../../link/messages.js';
import { Excerpt } from '../validation/excerpt.js';
import type { SchemaAnalysis } from '../validation/schema-analysis.js';
import type { DataNode } from '../yang/data-node.js';
import type { DataTree } from '../yang/data-tree.js';
import { YangCallError } from '../yang/yang-error.js';
import type { PinnedSession, PinnedState } from './pinned-sessions.js';
import type { SingleStates } from './state-provider.js';

/** The module whose tree the sessions are in. */
export const ROUTING_MODULE = 'ietf-routing';

const LISTS = { 'ip-sh': IP_SH_SESSIONS, 'ip-mh': IP_MH_SESSIONS } as const;

/** Of the tree of ietf-routing the protocol instances, without their lists, and single sessions. */
export interface NarrowRouting {
  /** The caller frees it. */
  readonly tree: DataTree;
  /** What is to be asked for: of sessions over IP those that exist. */
  readonly only: SingleStates;
}

/**
 * Copies the pinned sessions of running with what is around them; undefined where a value does not fit.
 * Running has no sessions of LSPs and no tunnels in the places that are pinned.
 */
export function narrowRouting(
  running: DataTree,
  analysis: SchemaAnalysis,
  pinned: PinnedState,
): NarrowRouting | undefined {
  const instances = running.xpath(CONTROL_PLANE_PROTOCOL);
  if (!instances.ok) return undefined;
  const excerpt = new Excerpt(running, analysis);
  excerpt.addModules(new Set([ROUTING_MODULE]));
  const keys: SessionKey[] = [];
  try {
    for (const instance of instances.value) {
      const around = instance.path();
      excerpt.addEntry({ chain: [around], whole: false });
      for (const session of pinned.sessions) {
        const entry = findSession(running, around, session);
        if (entry === undefined) continue;
        excerpt.addEntry({ chain: [around, entry.path()], whole: true });
        keys.push(LISTS[session.type].key(entry));
      }
    }
    return { tree: excerpt.tree, only: { ...pinned, sessions: keys } };
  } catch (error) {
    excerpt.tree.free();
    if (error instanceof YangCallError) return undefined;
    throw error;
  }
}

function findSession(running: DataTree, instance: string, session: PinnedSession): DataNode | undefined {
  const list = LISTS[session.type].path.slice(CONTROL_PLANE_PROTOCOL.length);
  const keys = Object.entries(session.keys).map(([name, value]) => `[${name}=${quoted(value)}]`);
  return running.find(`${instance}${list}${keys.join('')}`);
}

function quoted(text: string): string {
  return text.includes("'") ? `"${text}"` : `'${text}'`;
}
