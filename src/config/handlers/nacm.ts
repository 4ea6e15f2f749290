import {
  ALL_OPERATIONS,
  DEFAULT_ACCESS,
  type AccessConfiguration,
  type AccessOperation,
  type AccessRule,
  type Action,
  type RuleList,
  type RuleScope,
} from '../access/access-rules.js';
import { parseNodePath } from '../access/node-path.js';
import { invalidValue, type RpcError } from '../errors/rpc-error.js';
import type { DataNode } from '../yang/data-node.js';
import { changesOf, plainPreparation, type Changes, type Handler, type Preparation } from './handler.js';
import { leafValue, pathTo, requiredValue } from './node-values.js';

const NACM = '/ietf-netconf-acm:nacm';

const LEAVES = [
  'enable-nacm',
  'read-default',
  'write-default',
  'exec-default',
  'enable-external-groups',
  ...['name', 'user-name'].map((leaf) => `groups/group/${leaf}`),
  ...['name', 'group'].map((leaf) => `rule-list/${leaf}`),
  ...['name', 'module-name', 'rpc-name', 'notification-name', 'path'].map((leaf) => `rule-list/rule/${leaf}`),
  ...['access-operations', 'action', 'comment'].map((leaf) => `rule-list/rule/${leaf}`),
];

/**
 * ietf-netconf-acm: who may do what (RFC 8341). `enable-external-groups` makes no difference: SSH reports
 * no groups, so that there are no external ones.
 */
export class NacmHandler implements Handler {
  readonly name = 'ietf-netconf-acm';
  readonly claims = LEAVES.map((leaf) => `${NACM}/${leaf}`);
  readonly watches = [NACM];
  #configuration: AccessConfiguration = DEFAULT_ACCESS;

  /** What is in force: another object after each commit that changes it. */
  get configuration(): AccessConfiguration {
    return this.#configuration;
  }

  prepare(changes: Changes): Preparation {
    const [change] = changesOf(changes, NACM);
    const errors: RpcError[] = [];
    const next = change?.after === undefined ? DEFAULT_ACCESS : readConfiguration(change.after, errors);
    return plainPreparation(errors, () => {
      this.#configuration = next;
    });
  }

  *desired(): Iterable<never> {}
}

function readConfiguration(nacm: DataNode, errors: RpcError[]): AccessConfiguration {
  const groups = nacm.child('groups');
  return {
    enabled: leafValue(nacm, 'enable-nacm') !== 'false',
    readDefault: actionOf(leafValue(nacm, 'read-default') ?? DEFAULT_ACCESS.readDefault),
    writeDefault: actionOf(leafValue(nacm, 'write-default') ?? DEFAULT_ACCESS.writeDefault),
    execDefault: actionOf(leafValue(nacm, 'exec-default') ?? DEFAULT_ACCESS.execDefault),
    groups: new Map(
      (groups === undefined ? [] : named(groups, 'group')).map((group) => [
        requiredValue(group, 'name'),
        new Set(named(group, 'user-name').map(({ value }) => value)),
      ]),
    ),
    ruleLists: named(nacm, 'rule-list').map((list) => readRuleList(list, errors)),
  };
}

function readRuleList(list: DataNode, errors: RpcError[]): RuleList {
  return {
    groups: named(list, 'group').map(({ value }) => value),
    rules: named(list, 'rule').flatMap((rule) => readRule(rule, errors) ?? []),
  };
}

function readRule(rule: DataNode, errors: RpcError[]): AccessRule | undefined {
  const scope = readScope(rule);
  if (scope === undefined) {
    const message = `The path of the rule "${requiredValue(rule, 'name')}" is not one of RFC 8341: name nodes and keys.`;
    errors.push(invalidValue(message, { type: 'application', ...pathTo(rule, 'path') }));
    return undefined;
  }
  const operations = leafValue(rule, 'access-operations') ?? '*';
  return {
    moduleName: leafValue(rule, 'module-name') ?? '*',
    scope,
    operations: operations === '*' ? ALL_OPERATIONS : new Set(operations.split(' ').filter(isOperation)),
    action: actionOf(requiredValue(rule, 'action')),
  };
}

function readScope(rule: DataNode): RuleScope | undefined {
  const operation = leafValue(rule, 'rpc-name');
  if (operation !== undefined) return { type: 'operation', name: operation };
  const notification = leafValue(rule, 'notification-name');
  if (notification !== undefined) return { type: 'notification', name: notification };
  const text = leafValue(rule, 'path');
  if (text === undefined) return { type: 'any' };
  const path = parseNodePath(text);
  return path === undefined ? undefined : { type: 'data', path };
}

function named(parent: DataNode, name: string): DataNode[] {
  return [...parent.children()].filter((child) => child.name === name);
}

function actionOf(text: string): Action {
  return text === 'permit' ? 'permit' : 'deny';
}

function isOperation(text: string): text is AccessOperation {
  const operations: ReadonlySet<string> = ALL_OPERATIONS;
  return operations.has(text);
}
