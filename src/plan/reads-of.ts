import { NODE_INPUT } from '../document/reference.js';
import { formSources } from './body-index.js';
import { inputNames, scopeInputs, type Body, type Plan, type PlanNode, type Source } from './plan.js';

/**
 * What a node reads of its body, with the address of the input that reads it: its own (`pages/$in.items`), then those of its
 * items or iterations (`pages/keep/$in.least`). O(inputs and forms of the node, and of all in it, at each level).
 */
export function* readsOf(
  plan: Plan,
  node: PlanNode,
  around = '',
): Generator<readonly [address: string, source: Source]> {
  const at = around + node.id;
  for (const [k, name] of inputNames(plan, node).entries()) yield [at + NODE_INPUT + name, node.in[k] as Source];
  const body = node.kind === 'scoped' ? plan.bodies[node.body] : undefined;
  if (node.kind !== 'scoped' || body === undefined) return;
  // What is captured comes last, in both.
  const [captured, before] = [scopeInputs(node).length, body.inputs - node.in.length];
  for (const inner of body.nodes) {
    for (const [address, source] of readsOf(plan, inner, `${at}/`)) {
      for (const slot of slotsBehind(body, source)) {
        if (slot < body.inputs && slot - before >= captured) yield [address, node.in[slot - before] as Source];
      }
    }
  }
}

function slotsBehind(body: Body, source: Source): readonly number[] {
  const found = new Set([source]);
  for (const of of found) if (of < 0) for (const next of formSources(body, of)) found.add(next);
  return [...found].filter(of => of >= 0);
}
