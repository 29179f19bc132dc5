import type { Body, Plan } from './plan.js';

/** The node of a runner's plan that opens a scope for each input: `$[3]/brew.coffee`. */
export const FEED = '$';

/**
 * The plan of a runner's run: each input it is fed is a scope of its own, with its own failures, so that inputs
 * interleave and never mix. The graph's inputs and open ports are the fields of an item.
 */
export function fedPlan(plan: Plan): Plan {
  const [root, ...others] = plan.bodies.map(inner);
  const feed: Body = {
    inputs: 0,
    slots: root?.outputs.length ?? 0,
    nodes: [{ kind: 'scoped', id: FEED, in: [], out: 0, body: 1, scopes: 'item', onFailure: 'continue' }],
    forms: [],
    conditions: [],
    outputs: [],
  };
  return { ...plan, inputs: [], open: [], bodies: [feed, ...(root ? [root] : []), ...others] };
}

/** Whether a plan is a runner's. */
export const isFed = ({ bodies: [first] }: Plan): boolean =>
  first?.nodes.length === 1 && first.nodes[0]?.kind === 'scoped' && first.nodes[0].id === FEED;

/** There is one body more before it. */
const inner = (body: Body): Body => ({
  ...body,
  nodes: body.nodes.map(node => (node.kind === 'scoped' ? { ...node, body: node.body + 1 } : node)),
});
