import { nodeIdProblem } from '../document/ids.js';
import { checkId, nodeOf, type Definition } from './definition.js';
import type { ParseExpression } from './expressions.js';
import type { LocalNode } from './local-body.js';
import { readOptions } from './options.js';
import { under, type Place } from './place.js';
import { readNodePolicy } from './policy.js';
import type { Report } from './report.js';
import { readUse, type CheckedGraphs } from './use.js';

/** What all bodies of a document are checked with. */
export interface Checking {
  /** The graphs that it may use. */
  readonly checked: CheckedGraphs;
  readonly parse: ParseExpression;
  readonly report: Report;
}

/** The nodes of a body with what they are uses of, by id; nothing is wired yet. Their outputs are slots from `firstSlot` on. */
export function readNodes(definition: Definition, checking: Checking, firstSlot: number): readonly LocalNode[] {
  const up = under(definition.place, 'nodes');
  let out = firstSlot;
  return definition.ids.map(id => {
    const local = readNode(definition, id, out, up, checking);
    out += local.use.out.list.length;
    return local;
  });
}

function readNode(
  definition: Definition,
  id: string,
  out: number,
  up: Place,
  { checked, report }: Checking,
): LocalNode {
  const place = under(up, id);
  checkId(id, place, report, nodeIdProblem);
  const node = nodeOf(definition, id);
  const use = readUse(definition, node, checked, place, report);
  const isStep = use.kind === 'step' && 'step' in node;
  const policy = isStep ? readNodePolicy(node, use.policy, use.returned, place, report) : undefined;
  const options = isStep ? readOptions(use, node.options, under(place, 'options'), report) : undefined;
  const rest = { in: NOTHING, guards: undefined, cluster: undefined, inner: undefined };
  return { id, up, node, use, policy, options, out, ...rest };
}

const NOTHING: readonly never[] = [];
