import type { AuthenticationKey } from '../../link/messages.js';
import type { DesiredIngress, DesiredMpls, LspSessionParameters } from '../../mpls/mpls-model.js';
import type { RpcError } from '../errors/rpc-error.js';
import { CONTROL_PLANE_PROTOCOL } from './control-plane-protocols.js';
import { changesOf, plainPreparation, type Changes, type Handler, type Preparation } from './handler.js';
import { INTERFACE } from './interfaces.js';
import { KEY_CHAIN, keyChainChanges, type KeyChainsHandler } from './key-chains.js';
import type { ConfiguredLspSession } from './lsp-session-parameters.js';
import { roleErrors } from './mpls-constraints.js';
import { readMplsInstance, type MplsInstance } from './mpls-instance.js';
import { mplsInterfaceChanges, type MplsInterfacesHandler } from './mpls-interfaces.js';
import {
  EGRESS,
  INGRESS,
  instanceAround,
  MPLS_INTERFACE,
  PREFIX_LIST,
  ROLE_LEAVES,
  ROUTER_ID,
} from './mpls-nodes.js';
import { requiredBoolean, requiredValue } from './node-values.js';

/** What this handler's part of the configuration is, or is to be. */
export interface MplsConfiguration {
  /** By the name of the bfdv1 instance, in the order of their coming. */
  readonly instances: ReadonlyMap<string, MplsInstance>;
  /** Null: none is configured. */
  readonly routerId: string | null;
  /** The interfaces that ietf-interfaces disables. */
  readonly disabledInterfaces: ReadonlySet<string>;
}

/** What the roles have of other handlers: what a commit makes of it, where it changes it. */
interface Surroundings {
  readonly mplsInterfaces: ReadonlyMap<string, boolean>;
  readonly keyChains: ReadonlyMap<string, readonly AuthenticationKey[] | undefined>;
}

const UNCHANGED: Surroundings = { mplsInterfaces: new Map(), keyChains: new Map() };

/**
 * ietf-bfd-mpls and mpls-bgp-bfd: the two roles of the device. The engine has one ingress and one egress: those
 * of the instance in which the role is enabled. What is asked of it is one object, which changes as a whole.
 */
export class MplsHandler implements Handler {
  readonly name = 'mpls-bgp-bfd';
  readonly claims = ROLE_LEAVES;
  readonly watches = [
    CONTROL_PLANE_PROTOCOL,
    EGRESS,
    INGRESS,
    INTERFACE,
    KEY_CHAIN,
    MPLS_INTERFACE,
    PREFIX_LIST,
    ROUTER_ID,
  ];
  readonly #interfaces: MplsInterfacesHandler;
  readonly #keyChains: KeyChainsHandler;
  #configuration: MplsConfiguration = { instances: new Map(), routerId: null, disabledInterfaces: new Set() };
  #desired: DesiredMpls | null = null;

  constructor(interfaces: MplsInterfacesHandler, keyChains: KeyChainsHandler) {
    this.#interfaces = interfaces;
    this.#keyChains = keyChains;
  }

  prepare(changes: Changes): Preparation {
    const errors: RpcError[] = [];
    const next = nextConfiguration(this.#configuration, changes, errors);
    const around = { mplsInterfaces: mplsInterfaceChanges(changes), keyChains: keyChainChanges(changes) };
    if (errors.length > 0 || isUntouched(this.#configuration, next, around)) {
      return plainPreparation(errors, () => undefined);
    }
    const before = this.#desired;
    const after = this.#desiredOf(next, around);
    errors.push(...roleErrors(next, this.#interfaces.enabled(around.mplsInterfaces), changes));
    const take = (): void => {
      this.#configuration = next;
      this.#desired = after;
    };
    if (isSame(before, after)) return plainPreparation(errors, take);
    const nothing = { set: [], remove: [] } as const;
    return { errors, sessions: { ...nothing, mpls: after }, undo: { ...nothing, mpls: before }, take };
  }

  *desired(): Iterable<never> {}

  desiredMpls(): DesiredMpls | null {
    return this.#desired;
  }

  /**
   * The bfdv1 instance that the sessions of LSPs are shown in: the one with the ingress enabled, else the one
   * with the egress enabled, else the first; undefined: there is none.
   */
  get instance(): string | undefined {
    const { instances } = this.#configuration;
    const named = [...instances];
    const chosen =
      named.find(([, { ingress }]) => ingress.enabled) ?? named.find(([, { egress }]) => egress.passive);
    return (chosen ?? named[0])?.[0];
  }

  #desiredOf(configuration: MplsConfiguration, around: Surroundings = UNCHANGED): DesiredMpls | null {
    const instances = [...configuration.instances.values()];
    const ingress = instances.find((one) => one.ingress.enabled) ?? instances[0];
    const egress = instances.find((one) => one.egress.passive)?.egress ?? instances[0]?.egress;
    const enabled = this.#interfaces.enabled(around.mplsInterfaces);
    if (ingress === undefined || egress === undefined) return null;
    const isIdle = enabled.length === 0 && !egress.passive && !ingress.ingress.enabled;
    if (isIdle && egress.labelBindings === null) return null;
    return {
      interfaces: enabled.filter((name) => !configuration.disabledInterfaces.has(name)),
      ingress: {
        ...ingress.ingress,
        trigger: triggerOf(ingress),
        sourceIpv4: ingress.ingress.sourceIpv4 ?? configuration.routerId,
        session: this.#withKeys(ingress.ingress.session, around),
      },
      egress: { ...egress, session: this.#withKeys(egress.session, around) },
    };
  }

  #withKeys(session: ConfiguredLspSession, { keyChains }: Surroundings): LspSessionParameters {
    const { authentication } = session;
    if (authentication === null) return { ...session, authentication };
    const { keyChain, meticulous } = authentication;
    const keys = keyChains.has(keyChain) ? keyChains.get(keyChain) : this.#keyChains.keys(keyChain);
    return { ...session, authentication: { meticulous, keys: keys ?? [] } };
  }
}

function triggerOf({ ingress: { trigger }, prefixLists }: MplsInstance): DesiredIngress['trigger'] {
  if (trigger.type !== 'ip-prefix') return { type: trigger.type };
  return { ...trigger, entries: prefixLists.get(trigger.name) ?? [] };
}

/** What a commit makes of the configuration; the same object where it does not concern it. */
function nextConfiguration(now: MplsConfiguration, changes: Changes, errors: RpcError[]): MplsConfiguration {
  return {
    instances: nextInstances(now.instances, changes, errors),
    routerId: nextRouterId(now.routerId, changes),
    disabledInterfaces: nextDisabled(now.disabledInterfaces, changes),
  };
}

/** A commit of sessions passes by here each time, as they are in the instance, and changes nothing of this. */
function isUntouched(
  now: MplsConfiguration,
  next: MplsConfiguration,
  { mplsInterfaces, keyChains }: Surroundings,
): boolean {
  return (
    next.instances === now.instances &&
    next.routerId === now.routerId &&
    next.disabledInterfaces === now.disabledInterfaces &&
    mplsInterfaces.size === 0 &&
    keyChains.size === 0
  );
}

function nextInstances(
  now: MplsConfiguration['instances'],
  changes: Changes,
  errors: RpcError[],
): MplsConfiguration['instances'] {
  const touched = new Set(
    [INGRESS, EGRESS, PREFIX_LIST].flatMap((path) =>
      changesOf(changes, path).flatMap(({ before, after }) => {
        const node = after ?? before;
        return node === undefined ? [] : [requiredValue(instanceAround(node), 'name')];
      }),
    ),
  );
  let next = now;
  for (const { before, after } of changesOf(changes, CONTROL_PLANE_PROTOCOL)) {
    const node = after ?? before;
    const name = node === undefined ? '' : requiredValue(node, 'name');
    if (after !== undefined && now.has(name) && !touched.has(name)) continue;
    const read = after && readMplsInstance(after);
    if (read?.ok === false) errors.push(...read.error);
    const changed = new Map(next);
    if (read?.ok) changed.set(name, read.value);
    else changed.delete(name);
    next = changed;
  }
  return next;
}

function nextRouterId(now: string | null, changes: Changes): string | null {
  const [change] = changesOf(changes, ROUTER_ID);
  return change === undefined ? now : (change.after?.value ?? null);
}

function nextDisabled(now: ReadonlySet<string>, changes: Changes): ReadonlySet<string> {
  const changed = changesOf(changes, INTERFACE);
  if (changed.length === 0) return now;
  const next = new Set(now);
  for (const { before, after } of changed) {
    const node = after ?? before;
    if (node === undefined) continue;
    if (after === undefined || requiredBoolean(after, 'enabled')) next.delete(requiredValue(node, 'name'));
    else next.add(requiredValue(after, 'name'));
  }
  return next;
}

/** Both come from the same code, so that equal ones have their members in the same order. */
function isSame(left: DesiredMpls | null, right: DesiredMpls | null): boolean {
  return left === right || JSON.stringify(left) === JSON.stringify(right);
}
