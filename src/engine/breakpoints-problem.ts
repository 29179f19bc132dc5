import { parseAddress, withoutIndices, type Address } from '../document/address.js';
import type { Breakpoint } from './breakpoint.js';
import { checkExpression } from '../expression/check.js';
import { parseExpression } from '../expression/parse.js';
import { isTarget, namesOf, targetOf } from '../intervention/target.js';
import type { PortSchema } from '../document/document.js';
import type { Plan } from '../plan/plan.js';
import { nearest } from '../schema/nearest.js';
import type { Json } from '../value/json.js';
import { quote } from '../value/quote.js';

/** Each is looked at whenever a node starts or ends. */
const MOST = 100;
const EXPECTED = 'expected a list of { before: node }, { after: node } or { at: port, if: expression }';

/** What is wrong with a list of breakpoints, also for a plan if one is given; undefined if nothing is. */
export function breakpointsProblem(breakpoints: unknown, plan?: Plan): string | undefined {
  if (!Array.isArray(breakpoints)) return `${EXPECTED}, got ${quote(breakpoints as Json)}`;
  const list: readonly unknown[] = breakpoints;
  if (list.length > MOST) return `expected at most ${MOST}, got ${list.length}`;
  const problems = list.flatMap((breakpoint, index) => {
    const problem = breakpointProblem(breakpoint) ?? (plan && unknownIn(plan, breakpoint as Breakpoint));
    return problem === undefined ? [] : [`/${index}: ${problem}`];
  });
  return problems.length === 0 ? undefined : problems.join('; ');
}

function breakpointProblem(breakpoint: unknown): string | undefined {
  if (typeof breakpoint !== 'object' || breakpoint === null) return `${EXPECTED}, got ${quote(breakpoint as Json)}`;
  const keys = Object.keys(breakpoint).toSorted().join(' ');
  if (!['before', 'after', 'at if'].includes(keys)) return `${EXPECTED}, got ${quote(breakpoint as Json)}`;
  const given = breakpoint as Breakpoint;
  if ('before' in given) return addressProblem(given.before, 'node');
  if ('after' in given) return addressProblem(given.after, 'node');
  return addressProblem(given.at, 'port') ?? conditionProblem(given.if);
}

function addressProblem(text: unknown, wanted: 'node' | 'port'): string | undefined {
  const found: Address | undefined = typeof text === 'string' ? parseAddress(text) : undefined;
  if (found && (found.kind === 'node') === (wanted === 'node')) return undefined;
  return `expected the address of a ${wanted}, got ${quote(text as Json)}`;
}

function conditionProblem(text: unknown, schema?: PortSchema): string | undefined {
  if (typeof text !== 'string') return `expected an expression, got ${quote(text as Json)}`;
  const parsed = parseExpression(text);
  const [issue] = parsed.ok ? checkExpression(parsed.ast, new Map([['value', schema]]), 'boolean') : parsed.issues;
  return issue && `${quote(text)}, column ${issue.column}: ${issue.message}`;
}

/** Whether the plan has what it names. */
function unknownIn(plan: Plan, breakpoint: Breakpoint): string | undefined {
  if ('at' in breakpoint) {
    const target = targetOf(namesOf(plan), breakpoint.at);
    if (!isTarget(target)) return target.message;
    if (target.place.kind === 'output' || target.place.kind === 'input') {
      return conditionProblem(breakpoint.if, target.schema);
    }
    return `expected an output of a node or an input of the run, got ${quote(breakpoint.at)}`;
  }
  const address = 'before' in breakpoint ? breakpoint.before : breakpoint.after;
  const id = withoutIndices(address);
  const { bodies } = namesOf(plan);
  if (pathsIn(id).some(path => bodies.some(({ nodes }) => nodes.has(path)))) return undefined;
  const meant = nearest(id, bodies[0]?.nodes.keys() ?? []);
  return `there is no node ${quote(address)}${meant === undefined ? '' : ` (did you mean ${quote(meant)}?)`}`;
}

/** Inside what opens scopes an id is only the end of the address: `pages/hard/ocr`, `hard/ocr`, `ocr`. */
const pathsIn = (id: string): readonly string[] => id.split('/').map((_, k, all) => all.slice(k).join('/'));
