import { describe, expect, it } from 'vitest';
import { collectChanges, WatchedPaths } from '../../../src/config/handlers/collect-changes.js';
import { instanceXml, interfaceXml, sessionXml } from '../../support/agent-xml.js';
import { configTree, emptyWorkspace } from '../../support/agent-workspace.js';

const INTERFACE = '/ietf-interfaces:interfaces/interface';
const INSTANCE = '/ietf-routing:routing/control-plane-protocols/control-plane-protocol';
const SESSION = `${INSTANCE}/ietf-bfd:bfd/ietf-bfd-ip-sh:ip-sh/sessions/session`;

/** Per watched path the changed nodes: `-` in front of what is gone, `+` of what is new, `~` of the others. */
function changed(
  before: readonly string[],
  after: readonly string[],
  ...watches: readonly string[]
): unknown {
  const workspace = emptyWorkspace();
  using old = configTree(workspace, before);
  using next = configTree(workspace, after);
  using diff = old.diff(next, { defaults: true });
  const found = [...collectChanges(diff, old, next, new WatchedPaths(watches))].map(([path, changes]) => [
    path,
    changes.map((change) => {
      const sign = change.before && change.after ? '~' : change.before ? '-' : '+';
      const keys = (change.before ?? change.after)?.keys() ?? [];
      return sign + keys.map(({ value }) => value).join(' ');
    }),
  ]);
  return Object.fromEntries(found);
}

const session = (dest: string, content = ''): string => sessionXml({ dest, content });
const ETH0 = interfaceXml('eth0');

describe('the changes of a diff', () => {
  it('are whole entries of the watched lists', () => {
    const before = [ETH0, session('192.0.2.1'), session('192.0.2.2'), session('192.0.2.3')];
    const after = [
      ETH0,
      session('192.0.2.1'),
      session('192.0.2.2', '<admin-down>true</admin-down>'),
      session('192.0.2.4'),
    ];
    expect(changed(before, after, SESSION, INTERFACE)).toEqual({
      [SESSION]: ['~eth0 192.0.2.2', '-eth0 192.0.2.3', '+eth0 192.0.2.4'],
    });
  });

  it('reach into what is created or removed as a whole', () => {
    const full = [ETH0, session('192.0.2.1'), session('192.0.2.2')];
    const entries = (sign: string): object => ({
      [INTERFACE]: [`${sign}eth0`],
      [INSTANCE]: [`${sign}ietf-bfd-types:bfdv1 main`],
      [SESSION]: [`${sign}eth0 192.0.2.1`, `${sign}eth0 192.0.2.2`],
    });
    expect(changed([], full, SESSION, INTERFACE, INSTANCE)).toEqual(entries('+'));
    expect(changed(full, [], SESSION, INTERFACE, INSTANCE)).toEqual(entries('-'));
  });

  it('name the outer entry when only something inside changes', () => {
    expect(changed([ETH0, instanceXml('main')], [ETH0, session('192.0.2.1')], INSTANCE, SESSION)).toEqual({
      [INSTANCE]: ['~ietf-bfd-types:bfdv1 main'],
      [SESSION]: ['+eth0 192.0.2.1'],
    });
  });

  it('are none where nothing changes, or nobody watches', () => {
    expect(changed([ETH0], [ETH0], INTERFACE)).toEqual({});
    expect(changed([], [ETH0], SESSION)).toEqual({});
  });
});
