import { beforeEach, describe, expect, it } from 'vitest';
import { configEdits } from '../../../src/config/notifications/config-edit.js';
import type { Workspace } from '../../../src/config/workspace.js';
import { configTree, emptyWorkspace, run } from '../../support/agent-workspace.js';
import { instanceXml, interfaceXml, sessionXml, userXml } from '../../support/agent-xml.js';

let workspace: Workspace;

beforeEach(() => {
  workspace = emptyWorkspace();
});

/** What making `parts` the configuration consists of, as `operation path`. */
function edits(...parts: readonly string[]): string[] {
  using next = configTree(workspace, parts);
  using diff = workspace.running.diff(next, { defaults: true });
  return configEdits(diff).map(({ target, operation }) => `${operation} ${target?.text ?? '-'}`);
}

const INTERFACE = "/if:interfaces/if:interface[if:name='eth0']";
const PROTOCOL =
  '/rt:routing/rt:control-plane-protocols/rt:control-plane-protocol' +
  "[rt:type='ietf-bfd-types:bfdv1'][rt:name='main']";
const SESSION =
  `${PROTOCOL}/bfd:bfd/bfd-ip-sh:ip-sh/bfd-ip-sh:sessions/bfd-ip-sh:session` +
  "[bfd-ip-sh:interface='eth0'][bfd-ip-sh:dest-addr='192.0.2.1']";
const session = (content = '') => sessionXml({ dest: '192.0.2.1', content });

describe('the edits of a change', () => {
  it('none, when nothing changes', () => {
    run(workspace, interfaceXml('eth0'));
    expect(edits(interfaceXml('eth0'))).toEqual([]);
  });

  it('a new entry is one, with all that is in it', () => {
    expect(edits(interfaceXml('eth0', '<description>a</description>'))).toEqual([`create ${INTERFACE}`]);
  });

  it('an entry that goes is one', () => {
    run(workspace, interfaceXml('eth0'), interfaceXml('eth1'));
    expect(edits(interfaceXml('eth1'))).toEqual([`delete ${INTERFACE}`]);
  });

  it('an entry in an entry that stays is one of its own', () => {
    run(workspace, interfaceXml('eth0'), instanceXml('main'));
    expect(edits(interfaceXml('eth0'), session())).toEqual([`create ${SESSION}`]);
  });

  it.each([
    {
      change: 'set',
      from: '',
      to: '<description>b</description>',
      told: `create ${INTERFACE}/if:description`,
    },
    {
      change: 'changed',
      from: '<description>a</description>',
      to: '<description>b</description>',
      told: `replace ${INTERFACE}/if:description`,
    },
    {
      change: 'removed',
      from: '<description>a</description>',
      to: '',
      told: `delete ${INTERFACE}/if:description`,
    },
    {
      change: 'set against its default',
      from: '',
      to: '<enabled>false</enabled>',
      told: `create ${INTERFACE}/if:enabled`,
    },
    {
      change: 'left to its default',
      from: '<enabled>false</enabled>',
      to: '',
      told: `delete ${INTERFACE}/if:enabled`,
    },
    {
      change: 'set to its default',
      from: '',
      to: '<enabled>true</enabled>',
      told: `create ${INTERFACE}/if:enabled`,
    },
    {
      change: 'no longer set to its default',
      from: '<enabled>true</enabled>',
      to: '',
      told: `delete ${INTERFACE}/if:enabled`,
    },
  ])('a leaf that is $change', ({ from, to, told }) => {
    run(workspace, interfaceXml('eth0', from));
    expect(edits(interfaceXml('eth0', to))).toEqual([told]);
  });

  it('several, each with its node', () => {
    run(workspace, interfaceXml('eth0'), session());
    const multiplier = '<local-multiplier>5</local-multiplier>';
    expect(edits(interfaceXml('eth0', '<description>a</description>'), session(multiplier))).toEqual([
      `create ${INTERFACE}/if:description`,
      `create ${SESSION}/bfd-ip-sh:local-multiplier`,
    ]);
  });

  it('very many are summed up as changes of the nodes around them', () => {
    const many = Array.from({ length: 300 }, (_, index) => interfaceXml(`eth${index}`));
    expect(edits(...many)).toEqual(['merge /if:interfaces']);
    expect(edits(...many, userXml('eva', ''), instanceXml('main'))).toEqual([
      'merge /if:interfaces',
      `create ${PROTOCOL}`,
      "create /sys:system/sys:authentication/sys:user[sys:name='eva']",
    ]);
  });

  it('names of any length are bounded', () => {
    const long = Array.from({ length: 20 }, (_, index) => interfaceXml(`${index}${'x'.repeat(10_000)}`));
    expect(edits(...long)).toEqual(['merge /if:interfaces']);
  });
});
