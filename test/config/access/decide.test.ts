import { describe, expect, it } from 'vitest';
import {
  ALL_OPERATIONS,
  DEFAULT_ACCESS,
  rulesFor,
  type AccessConfiguration,
  type AccessOperation,
  type AccessRule,
  type Action,
  type RuleScope,
} from '../../../src/config/access/access-rules.js';
import {
  decideNotification,
  decideOperation,
  ruleNode,
  settle,
  type DefaultDeny,
} from '../../../src/config/access/decide.js';
import { parseNodePath } from '../../../src/config/access/node-path.js';

/**
 * The decision tables of RFC 8341 §3.4.4 (operations), §3.4.5 (data) and §3.4.6 (notifications): one case
 * for every way through the steps. `enable-nacm` and recovery sessions, their first two steps, are with
 * AccessControl.
 */

const any: RuleScope = { type: 'any' };
const operation = (name: string): RuleScope => ({ type: 'operation', name });
const notification = (name: string): RuleScope => ({ type: 'notification', name });
const data = (path: string): RuleScope => ({ type: 'data', path: parseNodePath(path) ?? [] });

function rule(
  action: Action,
  scope: RuleScope,
  moduleName = '*',
  operations: readonly AccessOperation[] | '*' = '*',
): AccessRule {
  return {
    action,
    scope,
    moduleName,
    operations: operations === '*' ? ALL_OPERATIONS : new Set(operations),
  };
}

const closed: Partial<AccessConfiguration> = {
  readDefault: 'deny',
  writeDefault: 'deny',
  execDefault: 'deny',
};
const open: Partial<AccessConfiguration> = {
  readDefault: 'permit',
  writeDefault: 'permit',
  execDefault: 'permit',
};

const lists = (...ruleLists: AccessConfiguration['ruleLists']): AccessConfiguration => ({
  ...DEFAULT_ACCESS,
  groups: new Map([
    ['ops', new Set(['ada', 'bob'])],
    ['guests', new Set(['bob'])],
  ]),
  ruleLists,
});

describe('rules for a user', () => {
  const permit = rule('permit', any);
  const deny = rule('deny', any);
  it.each<[string, string, AccessConfiguration, AccessRule[]]>([
    ['of no group gets none', 'eve', lists({ groups: ['*'], rules: [permit] }), []],
    ['gets those of the group', 'ada', lists({ groups: ['ops'], rules: [permit] }), [permit]],
    ['gets none of another group', 'ada', lists({ groups: ['guests'], rules: [deny] }), []],
    ['gets those for everybody', 'ada', lists({ groups: ['*'], rules: [deny] }), [deny]],
    ['gets none of a list without a group', 'ada', lists({ groups: [], rules: [deny] }), []],
    [
      'of two groups gets both, a list once',
      'bob',
      lists({ groups: ['ops', 'guests'], rules: [deny] }),
      [deny],
    ],
    [
      'gets the lists in their order, and the rules in theirs',
      'bob',
      lists({ groups: ['guests'], rules: [deny, permit] }, { groups: ['ops'], rules: [permit] }),
      [deny, permit, permit],
    ],
  ])('%s', (_, user, config, expected) => {
    expect(rulesFor(config, user)).toEqual(expected);
  });
});

describe('operations (RFC 8341 §3.4.4)', () => {
  const NC = 'ietf-netconf';
  it.each<[string, string, readonly AccessRule[], Partial<AccessConfiguration>, Action, DefaultDeny?]>([
    ['close-session is always permitted', 'close-session', [rule('deny', any)], closed, 'permit'],
    ['no rule: exec-default permit', 'get', [], open, 'permit'],
    ['no rule: exec-default deny', 'get', [], closed, 'deny'],
    ['a rule for the operation', 'get', [rule('permit', operation('get'))], closed, 'permit'],
    ['a rule for another operation', 'get', [rule('deny', operation('lock'))], open, 'permit'],
    ['a rule for any operation', 'get', [rule('deny', operation('*'))], open, 'deny'],
    ['a rule of any type', 'get', [rule('deny', any)], open, 'deny'],
    ['a rule of the module', 'get', [rule('deny', any, NC)], open, 'deny'],
    ['a rule of another module', 'get', [rule('deny', any, 'toy')], open, 'permit'],
    ['a rule of exec', 'get', [rule('deny', any, '*', ['exec'])], open, 'deny'],
    ['a rule without exec', 'get', [rule('deny', any, '*', ['read', 'create'])], open, 'permit'],
    ['a rule for data', 'get', [rule('deny', data('/'))], open, 'permit'],
    ['a rule for a notification', 'get', [rule('deny', notification('get'))], open, 'permit'],
    ['the first that fits', 'get', [rule('permit', operation('get')), rule('deny', any)], closed, 'permit'],
    ['the first that fits, other way', 'get', [rule('deny', any), rule('permit', any)], open, 'deny'],
    ['default-deny-all', 'get', [], open, 'deny', 'all'],
    ['default-deny-all, and a rule', 'get', [rule('permit', operation('get'))], closed, 'permit', 'all'],
    ['default-deny-write is not for operations', 'get', [], open, 'permit', 'write'],
    ['kill-session without a rule', 'kill-session', [], open, 'deny'],
    [
      'kill-session with a rule',
      'kill-session',
      [rule('permit', operation('kill-session'))],
      closed,
      'permit',
    ],
    ['delete-config without a rule', 'delete-config', [], open, 'deny'],
    ['delete-config with a rule', 'delete-config', [rule('permit', any)], closed, 'permit'],
  ])('%s', (_, name, rules, config, expected, defaultDeny = 'none') => {
    const target = { moduleName: NC, name, defaultDeny };
    expect(decideOperation({ ...DEFAULT_ACCESS, ...config }, rules, target)).toBe(expected);
  });

  it('means kill-session of NETCONF only', () => {
    const target = { moduleName: 'toy', name: 'kill-session', defaultDeny: 'none' } as const;
    expect(decideOperation({ ...DEFAULT_ACCESS, ...open }, [], target)).toBe('permit');
  });
});

/** The keys in the path of the node that the cases are about. */
const keysAt = (at: number) => (at === 1 ? [{ name: 'name', value: 'eth0' }] : []);

describe('data (RFC 8341 §3.4.5)', () => {
  /** `/if:interfaces/interface[name='eth0']/mtu`, where mtu is of a module of its own. */
  const steps = [
    { moduleName: 'if', name: 'interfaces' },
    { moduleName: 'if', name: 'interface' },
    { moduleName: 'ip', name: 'mtu' },
  ];
  const decide = (
    operation_: AccessOperation,
    rules: readonly AccessRule[],
    config: Partial<AccessConfiguration>,
    defaultDeny: DefaultDeny = 'none',
  ): Action => {
    const target = { moduleName: 'ip', steps, defaultDeny };
    const ruling = ruleNode({ ...DEFAULT_ACCESS, ...config }, rules, operation_, target);
    return settle(ruling, 'eth0', keysAt).action;
  };

  describe.each<[AccessOperation, DefaultDeny]>([
    ['read', 'all'],
    ['create', 'write'],
    ['update', 'write'],
    ['delete', 'write'],
    ['exec', 'all'],
  ])('%s', (kind, sensitive) => {
    const others = [...ALL_OPERATIONS].filter((other) => other !== kind);
    it.each<[string, readonly AccessRule[], Partial<AccessConfiguration>, Action, DefaultDeny?]>([
      ['no rule: default permit', [], open, 'permit'],
      ['no rule: default deny', [], closed, 'deny'],
      ['a rule of any type', [rule('deny', any)], open, 'deny'],
      ['a rule of any type that permits', [rule('permit', any)], closed, 'permit'],
      ['a rule of the module of the node', [rule('deny', any, 'ip')], open, 'deny'],
      ['a rule of the module of its parent', [rule('deny', any, 'if')], open, 'permit'],
      ['a rule of its kind', [rule('deny', any, '*', [kind])], open, 'deny'],
      ['a rule of the other kinds', [rule('deny', any, '*', others)], open, 'permit'],
      ['a rule for all data', [rule('deny', data('/'))], open, 'deny'],
      ['a rule for the node', [rule('deny', data('/if:interfaces/interface/ip:mtu'))], open, 'deny'],
      ['a rule for an ancestor', [rule('deny', data('/if:interfaces'))], open, 'deny'],
      ['a rule for a sibling', [rule('deny', data('/if:interfaces/interface/ip:ttl'))], open, 'permit'],
      [
        'a rule for one of that name of another module',
        [rule('deny', data('/x:interfaces'))],
        open,
        'permit',
      ],
      [
        'a rule for something below',
        [rule('deny', data('/if:interfaces/interface/ip:mtu/x'))],
        open,
        'permit',
      ],
      ['a rule for the entry', [rule('deny', data("/if:interfaces/interface[name='eth0']"))], open, 'deny'],
      [
        'a rule for another entry',
        [rule('deny', data("/if:interfaces/interface[name='eth1']"))],
        open,
        'permit',
      ],
      [
        'a rule for the entry of the user',
        [rule('deny', data('/if:interfaces/interface[name=$USER]'))],
        open,
        'deny',
      ],
      [
        'a rule for the node in the entry',
        [rule('permit', data("/if:interfaces/interface[name='eth0']/ip:mtu"))],
        closed,
        'permit',
      ],
      ['module and path have both to fit', [rule('deny', data('/if:interfaces'), 'if')], open, 'permit'],
      ['a rule for an operation', [rule('deny', operation('*'))], open, 'permit'],
      ['a rule for a notification', [rule('deny', notification('*'))], open, 'permit'],
      ['the first that fits', [rule('permit', data('/')), rule('deny', any)], closed, 'permit'],
      [
        'an entry before the list',
        [rule('permit', data("/if:interfaces/interface[name='eth0']")), rule('deny', data('/if:interfaces'))],
        closed,
        'permit',
      ],
      [
        'the list before an entry',
        [rule('deny', data('/if:interfaces')), rule('permit', data("/if:interfaces/interface[name='eth0']"))],
        open,
        'deny',
      ],
      [
        'another entry before the list',
        [rule('permit', data("/if:interfaces/interface[name='eth1']")), rule('deny', data('/if:interfaces'))],
        open,
        'deny',
      ],
      ['default-deny without a rule', [], open, 'deny', sensitive],
      ['default-deny-all without a rule', [], open, 'deny', 'all'],
      ['default-deny and a rule', [rule('permit', any)], closed, 'permit', 'all'],
    ])('%s', (_, rules, config, expected, defaultDeny) => {
      expect(decide(kind, rules, config, defaultDeny)).toBe(expected);
    });
  });

  it('default-deny-write leaves reading alone', () => {
    expect(decide('read', [], open, 'write')).toBe('permit');
  });
});

describe('notifications (RFC 8341 §3.4.6)', () => {
  it.each<[string, readonly AccessRule[], Partial<AccessConfiguration>, Action, DefaultDeny?]>([
    ['no rule: read-default permit', [], open, 'permit'],
    ['no rule: read-default deny', [], closed, 'deny'],
    ['a rule for it', [rule('permit', notification('alarm'))], closed, 'permit'],
    ['a rule for another', [rule('deny', notification('other'))], open, 'permit'],
    ['a rule for any', [rule('deny', notification('*'))], open, 'deny'],
    ['a rule of any type', [rule('deny', any)], open, 'deny'],
    ['a rule of the module', [rule('deny', any, 'toy')], open, 'deny'],
    ['a rule of another module', [rule('deny', any, 'other')], open, 'permit'],
    ['a rule of read', [rule('deny', any, '*', ['read'])], open, 'deny'],
    ['a rule without read', [rule('deny', any, '*', ['exec', 'update'])], open, 'permit'],
    ['a rule for an operation', [rule('deny', operation('alarm'))], open, 'permit'],
    ['a rule for its path', [rule('deny', data('/toy:alarm'))], open, 'deny'],
    ['a rule for another path', [rule('deny', data('/toy:other'))], open, 'permit'],
    ['the first that fits', [rule('deny', notification('alarm')), rule('permit', any)], open, 'deny'],
    ['default-deny-all', [], open, 'deny', 'all'],
    ['default-deny-all and a rule', [rule('permit', notification('alarm'))], closed, 'permit', 'all'],
  ])('%s', (_, rules, config, expected, defaultDeny = 'none') => {
    const target = { moduleName: 'toy', name: 'alarm', defaultDeny };
    expect(decideNotification({ ...DEFAULT_ACCESS, ...config }, rules, target)).toBe(expected);
  });

  it.each(['replayComplete', 'notificationComplete'])('%s always gets through', (name) => {
    const target = { moduleName: 'nc-notifications', name, defaultDeny: 'none' } as const;
    expect(decideNotification({ ...DEFAULT_ACCESS, ...closed }, [rule('deny', any)], target)).toBe('permit');
  });
});
