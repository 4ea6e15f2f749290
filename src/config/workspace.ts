import { err, ok, type Result } from '../lib/result.js';
import { planCommit, type PlannedCommit } from './commit/plan-commit.js';
import { narrowChange, touchedExcerpts, type Excerpts } from './commit/pending-change.js';
import { planPending } from './commit/plan-pending.js';
import type { Outcome } from './config-service.js';
import { AgentHandlers } from './handlers/agent-handlers.js';
import { danglingClaims, unclaimedNodes } from './handlers/unclaimed-nodes.js';
import type { RpcError } from './errors/rpc-error.js';
import { AGENT_MODULES, extraModuleRequests, joinedSource } from './modules.js';
import { SchemaAnalysis } from './validation/schema-analysis.js';
import { TouchedNodes } from './validation/touched-nodes.js';
import type { DataTree } from './yang/data-tree.js';
import { Libyang } from './yang/libyang.js';
import { moduleSourceOf, type ModuleSource } from './yang/module-source.js';
import type { YangContext } from './yang/yang-context.js';

/** What a workspace is made of. */
export interface WorkspaceParts {
  readonly libyangModule: WebAssembly.Module;
  /** The agent's own modules. */
  readonly moduleSource: ModuleSource;
  /** Modules that are served without handlers. */
  readonly extraModules?: ModuleSource;
}

/**
 * One instance of libyang with all that lives in it: the schema, running and candidate, and the
 * handlers' knowledge of running. A crash of libyang costs the workspace; another is made in its place.
 */
export class Workspace {
  readonly libyang: Libyang;
  readonly context: YangContext;
  readonly handlers = new AgentHandlers();
  readonly running: DataTree;
  readonly candidate: DataTree;
  /** Where the candidate may differ from running: whoever changes the candidate says so here. */
  readonly touched: TouchedNodes;
  /** What a change can affect. */
  readonly analysis: SchemaAnalysis;

  private constructor(libyang: Libyang, context: YangContext) {
    this.libyang = libyang;
    this.context = context;
    this.running = context.emptyTree();
    this.candidate = context.emptyTree();
    this.analysis = new SchemaAnalysis(context);
    this.touched = new TouchedNodes(this.analysis);
  }

  /**
   * Compiles the schema. Errors are sentences for whoever runs the agent: modules that do not compile,
   * and configuration that no handler answers for.
   */
  static create(parts: WorkspaceParts): Result<Workspace, string> {
    const extra = parts.extraModules ?? moduleSourceOf([]);
    const requests = extraModuleRequests(parts.moduleSource, extra);
    const libyang = Libyang.instantiate(parts.libyangModule);
    const context = libyang.createContext(joinedSource(parts.moduleSource, extra));
    const compiled = context.implement([...AGENT_MODULES, ...requests]);
    if (!compiled.ok) {
      const reasons = compiled.error.map(({ message, schemaPath }) =>
        [schemaPath, message].filter(Boolean).join(': '),
      );
      return err(`The YANG modules do not compile: ${reasons.join('; ')}`);
    }
    const workspace = new Workspace(libyang, context);
    const exempt = new Set(requests.map(({ name }) => name));
    const problem = claimProblem(context, workspace.handlers, exempt);
    return problem === undefined ? ok(workspace) : err(problem);
  }

  /** Makes `config` running and candidate of this new workspace, once it is valid and every handler takes it. */
  adopt(config: DataTree): Outcome {
    const planned = planCommit(this.running, config, this.handlers);
    if (!planned.ok) return planned;
    using plan = planned.value;
    plan.take(this.candidate);
    this.touched.clear();
    return ok();
  }

  /** What committing the candidate would do; nothing is changed until the plan is carried out. */
  planCandidate(): Outcome<PlannedCommit> {
    return planPending(this);
  }

  /** Whether the candidate is known to be valid by what was touched alone; false leaves it open. */
  isCandidateValid(): boolean {
    using change = narrowChange(this.running, this.candidate, this.touched, this.analysis) ?? NOTHING;
    return change !== NOTHING;
  }

  /** Carries out, inside, what `planCandidate` has planned. */
  take(plan: PlannedCommit): void {
    plan.take(this.candidate);
    this.touched.clear();
  }

  /** The candidate is running again. */
  discardCandidate(): void {
    if (this.touched.everything) {
      using copy = this.running.duplicate();
      this.candidate.replaceWith(copy);
    } else {
      using excerpts = this.#excerpts();
      using back = excerpts.candidate.diff(excerpts.running, { defaults: true });
      this.candidate.applyDiff(back);
      this.candidate.settleAs(excerpts.running);
    }
    this.touched.clear();
  }

  /** Whether the candidate differs from running. */
  candidateDiffers(): boolean {
    if (this.touched.everything) return explicitText(this.running) !== explicitText(this.candidate);
    using excerpts = this.#excerpts();
    return explicitText(excerpts.running) !== explicitText(excerpts.candidate);
  }

  /** Of running and candidate the parts that may differ, which the caller frees; undefined: all may. */
  touchedParts(): Excerpts | undefined {
    return this.touched.everything ? undefined : this.#excerpts();
  }

  #excerpts(): Excerpts {
    return touchedExcerpts(this.running, this.candidate, this.touched, this.analysis);
  }
}

const NOTHING: Disposable = { [Symbol.dispose]: () => undefined };

/** Errors of a configuration as one line for a terminal or a log. */
export function describeErrors(errors: readonly RpcError[]): string {
  return errors
    .map(({ message, path }) => (path === undefined ? message : `${path.text}: ${message}`))
    .join('; ');
}

/** All that somebody has put into a tree: containers that exist for their content are not in it by themselves. */
function explicitText(tree: DataTree): string {
  return tree.print({ format: 'xml', defaults: 'explicit' });
}

function claimProblem(
  context: YangContext,
  handlers: AgentHandlers,
  exempt: ReadonlySet<string>,
): string | undefined {
  const unclaimed = unclaimedNodes(context, handlers.all, exempt);
  if (unclaimed.length > 0) return `No handler answers for the configuration ${unclaimed.join(', ')}.`;
  const dangling = danglingClaims(context, handlers.all);
  return dangling.length > 0
    ? `Handlers answer for nodes that do not exist: ${dangling.join(', ')}.`
    : undefined;
}
