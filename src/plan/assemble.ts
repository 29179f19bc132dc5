import type { Document } from '../document/document.js';
import { at } from './edges.js';
import type { FlatBody, FlatNode, FlatOpenPort } from './flat-body.js';
import { planHash, type PlanContent } from './hash.js';
import { createInterner } from './interner.js';
import type { CheckedGraph } from './local-body.js';
import { peeksBySlot } from './peeks.js';
import { planCondition, planForm, planNode, type Numbering } from './plan-node.js';
import { planOrder } from './plan-order.js';
import type { Body, Plan, PlanInput, OpenPort, Source } from './plan.js';
import { planPort, type Port } from './ports.js';

/** Gives everything in a flat body its final number, and makes the plan of it. */
export function assemble(document: Document, graph: CheckedGraph, flat: FlatBody, outputs: readonly Source[]): Plan {
  // Without nested graphs the order in which nodes came is plan order already.
  const order = graph.depth === 0 ? flat.nodes : planOrder(flat);
  const open = flat.open.toSorted((a, b) => (a.address < b.address ? -1 : 1));
  const slots = numberSlots(flat, open, order);
  const numbering: Numbering = {
    contracts: createInterner(),
    policies: createInterner(),
    peeks: peeksBySlot(flat),
    renumber: source => (source < 0 ? source : at(slots, source)),
  };
  const body = planBody(graph, flat, order, outputs, numbering);
  const content: PlanContent = {
    planVersion: 1,
    graph: document.id,
    ...(document.title !== undefined && { title: document.title }),
    onFailure: document.onFailure ?? 'stop',
    inputs: flat.inputs.map((port, slot) => planInput(port, numbering.peeks.get(slot))),
    open: open.map(({ address, port, slot }) => openPort(address, port, numbering.peeks.get(slot))),
    contracts: numbering.contracts.list,
    policies: numbering.policies.list,
    clusters: flat.clusters,
    bodies: [body],
    ...(flat.protected.size > 0 && { protected: Object.fromEntries([...flat.protected].sort()) }),
  };
  const { planVersion, ...rest } = content;
  return { planVersion, hash: planHash(content), ...rest };
}

/** Inputs keep their slots; then come open ports by address, then the outputs of the nodes in plan order. */
function numberSlots(flat: FlatBody, open: readonly FlatOpenPort[], order: readonly FlatNode[]): Int32Array {
  const slots = new Int32Array(flat.producer.length);
  let next = 0;
  for (const slot of flat.inputs.keys()) slots[slot] = next++;
  for (const { slot } of open) slots[slot] = next++;
  for (const { out, use } of order) for (const k of use.out.list.keys()) slots[out + k] = next++;
  return slots;
}

function planBody(
  graph: CheckedGraph,
  flat: FlatBody,
  order: readonly FlatNode[],
  outputs: readonly Source[],
  numbering: Numbering,
): Body {
  const { renumber } = numbering;
  return {
    inputs: flat.inputs.length + flat.open.length,
    slots: flat.producer.length,
    // Nodes first: they number contracts and policies, in plan order.
    nodes: order.map(node => planNode(node, numbering)),
    forms: flat.forms.map(form => planForm(form, renumber)),
    conditions: flat.conditions.map(condition => planCondition(condition, renumber)),
    outputs: graph.out.list.map((port, k) => ({ ...planPort(port), of: renumber(outputs[k] as Source) })),
  };
}

const planInput = (port: Port, peeks: readonly string[] | undefined): PlanInput => ({
  ...planPort(port),
  ...fromOutside(port, peeks),
});

const openPort = (address: string, port: Port, peeks: readonly string[] | undefined): OpenPort => ({
  address,
  schema: port.schema,
  ...fromOutside(port, peeks),
});

const fromOutside = ({ awaited, default: usual }: Port, peeks: readonly string[] | undefined) => ({
  ...(awaited !== undefined && { awaited }),
  ...(usual !== undefined && { default: usual }),
  ...(peeks !== undefined && { peeks }),
});
