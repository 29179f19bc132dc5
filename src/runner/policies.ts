/** What a runner says of how components are tried, over what the graph says of them. */
import type { OnFailure, Policy } from '../document/document.js';
import type { Issue } from '../document/issue.js';
import { under } from '../plan/place.js';
import type { Plan, PlanContract, PlanNode, PlanPolicy } from '../plan/plan.js';
import { overPolicy } from '../plan/policy.js';
import { portTable } from '../plan/ports.js';
import { reportInto, type Report } from '../plan/report.js';
import type { Json } from '../value/json.js';
import { quote } from '../value/quote.js';
import { InvalidPolicyError } from './invalid-policy-error.js';

/** A node that executes a step. */
export interface Component {
  /** `ocr` of `hard/ocr`. */
  readonly id: string;
  /** With the nested graphs around it: `hard/ocr`. */
  readonly at: string;
  /** The step's id. */
  readonly step: string;
}
/**
 * Which components: by id (or address), by a pattern of the address, by the step, or by what a function says. In a text with
 * `*` that is any text within an id, and `**` any text.
 */
export type PolicyMatch = string | RegExp | { readonly step: string } | ((component: Component) => boolean);

export interface ComponentPolicy extends Policy {
  readonly onFailure?: 'fail' | 'skip';
  /** By output port: what stands in for what a failed component would have given. */
  readonly fallback?: Readonly<Record<string, Json>>;
}
export interface PolicyRule {
  readonly match: PolicyMatch;
  readonly policy: ComponentPolicy | keyof typeof PRESETS;
}

/** Policies by name. */
export const PRESETS = {
  llm: { retry: { attempts: 4, backoff: 'exponential', initial: '1s', max: '30s' }, timeout: '30s' },
  io: { retry: { attempts: 3, backoff: 'linear', initial: '500ms' }, timeout: '10s', onFailure: 'skip' },
  failFast: { retry: { attempts: 1 }, timeout: '5s' },
} as const satisfies Readonly<Record<string, ComponentPolicy>>;

/** The plan with the first rule that matches applied to each component. Throws `invalid_policy` with all that is wrong. */
export function applyPolicies(plan: Plan, rules: readonly PolicyRule[]): Plan {
  if (rules.length === 0) return plan;
  const issues: Issue[] = [];
  const report = reportInto(issues);
  const policies = [...plan.policies];
  const bodies = plan.bodies.map(body => ({
    ...body,
    nodes: body.nodes.map(node => {
      const policy = policyFor(plan, node, rules, report);
      return policy && node.kind === 'step' ? { ...node, policy: policies.push(policy) - 1 } : node;
    }),
  }));
  if (issues.length > 0) throw new InvalidPolicyError(issues);
  return { ...plan, policies, bodies };
}

function policyFor(
  { contracts, policies }: Plan,
  node: PlanNode,
  rules: readonly PolicyRule[],
  report: Report,
): PlanPolicy | undefined {
  if (node.kind !== 'step') return undefined;
  const contract = contracts[node.contract];
  const base = policies[node.policy];
  if (!contract || !base) return undefined;
  const { id: at } = node;
  const component = { id: at.slice(at.lastIndexOf('/') + 1), at, step: contract.step };
  const rule = rules.findIndex(({ match }) => isMatch(match, component));
  const given = rules[rule]?.policy;
  if (given === undefined) return undefined;
  const place = under(under(undefined, 'policies'), rule);
  const own = typeof given === 'string' ? presetOf(given) : given;
  if (!own) {
    const expected = Object.keys(PRESETS).join(', ');
    report('bad_policy', place, `expected a policy or one of ${expected}, got ${quote(given as Json)}`);
    return undefined;
  }
  const { fallback, onFailure, ...policy } = own;
  const means: OnFailure | undefined = fallback ? { fallback } : onFailure;
  return overPolicy(base, { ...policy, ...(means && { onFailure: means }) }, outputsOf(contract), place, report);
}

const presetOf = (name: string): ComponentPolicy | undefined =>
  Object.hasOwn(PRESETS, name) ? PRESETS[name as keyof typeof PRESETS] : undefined;

function isMatch(match: PolicyMatch, component: Component): boolean {
  if (typeof match === 'string') {
    return match.includes('*') ? fits(match, component.at) : match === component.id || match === component.at;
  }
  if (typeof match === 'function') return match(component);
  return match instanceof RegExp ? new RegExp(match).test(component.at) : match.step === component.step;
}

/** Whether a pattern is one of the whole address. O(address²), however long the pattern: it may be a stranger's. */
function fits(pattern: string, at: string): boolean {
  let ends: ReadonlySet<number> = new Set([0]);
  for (const part of pattern.split(/(\*+)/)) {
    ends = part.startsWith('*') ? afterStar(ends, at, part !== '*') : afterText(ends, at, part);
    if (ends.size === 0) return false;
  }
  return ends.has(at.length);
}

const afterText = (ends: ReadonlySet<number>, at: string, text: string): ReadonlySet<number> =>
  new Set([...ends].filter(end => at.startsWith(text, end)).map(end => end + text.length));

function afterStar(ends: ReadonlySet<number>, at: string, overIds: boolean): ReadonlySet<number> {
  const all = new Set<number>();
  for (let end = 0; end <= at.length; end += 1) {
    const goesOn = all.has(end - 1) && (overIds || at[end - 1] !== '/');
    if (goesOn || ends.has(end)) all.add(end);
  }
  return all;
}

const outputsOf = ({ out }: PlanContract) =>
  portTable(out.map(({ name, schema, optional = false }) => ({ name, schema, optional })));
