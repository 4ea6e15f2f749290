import { describe, expect, it } from 'vitest';
import { AgentHandlers } from '../../../src/config/handlers/agent-handlers.js';
import { danglingClaims, unclaimedNodes } from '../../../src/config/handlers/unclaimed-nodes.js';
import { Workspace } from '../../../src/config/workspace.js';
import { joinedSource } from '../../../src/config/modules.js';
import { moduleSourceOf } from '../../../src/config/yang/module-source.js';
import { loadLibyangModule } from '../../../src/config/yang/wasm-module.io.js';
import { readYangDirectories } from '../../../src/config/yang/yang-directory.io.js';
import { emptyWorkspace } from '../../support/agent-workspace.js';

const EXTRA = `module lab {
  yang-version 1.1;
  namespace "urn:example:lab";
  prefix lab;
  import ietf-interfaces { prefix if; }
  revision 2026-01-01;
  container lab { leaf a { type string; } container on { presence "on"; } leaf state { config false; type string; } }
  augment "/if:interfaces/if:interface" { leaf colour { type string; } }
  rpc go { input { leaf x { type string; } } }
}`;

const libyangModule = await loadLibyangModule();
const moduleSource = await readYangDirectories([new URL('../../../yang', import.meta.url).pathname]);

describe('the claims of handlers', () => {
  it('cover the whole configuration, and nothing else', () => {
    const { context, handlers } = emptyWorkspace();
    expect(unclaimedNodes(context, handlers.all, new Set())).toEqual([]);
    expect(danglingClaims(context, handlers.all)).toEqual([]);
  });

  it('leave exactly their nodes behind when one is missing', () => {
    const { context, handlers } = emptyWorkspace();
    const without = handlers.all.filter((handler) => handler.name !== 'ietf-system');
    expect(unclaimedNodes(context, without, new Set())).toEqual(handlers.users.claims);
    expect(unclaimedNodes(context, without, new Set(['ietf-system']))).toEqual([]);
  });

  it('are not needed for extra modules', () => {
    const created = Workspace.create({ libyangModule, moduleSource, extraModules: moduleSourceOf([EXTRA]) });
    if (!created.ok) throw new Error(created.error);
    expect(unclaimedNodes(created.value.context, new AgentHandlers().all, new Set())).toEqual([
      '/ietf-interfaces:interfaces/interface/lab:colour',
      '/lab:lab/a',
      '/lab:lab/on',
    ]);
  });

  it('are needed for the modules of the agent: it does not start without', () => {
    const more = moduleSourceOf([EXTRA.replace('module lab', 'module bfd-agent-deviations')]);
    const created = Workspace.create({ libyangModule, moduleSource: joinedSource(more, moduleSource) });
    expect(created.ok ? '' : created.error).toMatch(
      /^No handler answers for the configuration .*\/bfd-agent-deviations:lab\/a/u,
    );
  });

  it('are not asked when the modules do not compile', () => {
    const created = Workspace.create({
      libyangModule,
      moduleSource,
      extraModules: moduleSourceOf([EXTRA.replace('type string', 'type nonsense')]),
    });
    expect(created.ok ? '' : created.error).toMatch(/^The YANG modules do not compile: .*nonsense/u);
  });
});
