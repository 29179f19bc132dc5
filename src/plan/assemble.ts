import type { Document } from '../document/document.js';
import { at } from './edges.js';
import type { FlatBody, FlatNode, FlatOpenPort, Flattened } from './flat-body.js';
import { planHash, type PlanContent } from './hash.js';
import { createInterner } from './interner.js';
import { peeksBySlot, type Peeks } from './peeks.js';
import { planCondition, planForm, planNode, type Numbering } from './plan-node.js';
import { planOrder } from './plan-order.js';
import type { Body, Plan, PlanInput, OpenPort, Source } from './plan.js';
import { planPort, type Port } from './ports.js';

/** What is numbered over all bodies of a plan. */
interface Tables extends Pick<Numbering, 'contracts' | 'policies'> {
  readonly bodies: Body[];
  readonly peeks: Peeks;
}

/** Gives everything in a flat body, and in those inside it, its final number, and makes the plan of it. */
export function assemble(document: Document, depth: number, root: Flattened): Plan {
  const { flat } = root;
  const peeks = peeksBySlot(root);
  const tables: Tables = { contracts: createInterner(), policies: createInterner(), bodies: [], peeks };
  addBody(root, tables, depth);
  const own = peeks.get(flat);
  const content: PlanContent = {
    planVersion: 1,
    graph: document.id,
    ...(document.title !== undefined && { title: document.title }),
    onFailure: document.onFailure ?? 'stop',
    inputs: flat.inputs.map((port, slot) => planInput(port, own?.get(slot))),
    open: openOf(flat).map(({ address, port, slot }) => openPort(address, port, own?.get(slot))),
    contracts: tables.contracts.list,
    policies: tables.policies.list,
    clusters: flat.clusters,
    bodies: tables.bodies,
    ...(flat.protected.size > 0 && { protected: Object.fromEntries([...flat.protected].sort()) }),
  };
  const { planVersion, ...rest } = content;
  return { planVersion, hash: planHash(content), ...rest };
}

/** Adds a body, those inside it behind it, and gives its number. Without nested graphs its nodes came in plan order. */
function addBody({ flat, out, outputs }: Flattened, tables: Tables, depth: number): number {
  const order = depth === 0 ? flat.nodes : planOrder(flat);
  const { slots, outs } = numberSlots(flat, order);
  const numbering: Numbering = {
    ...tables,
    peeks: tables.peeks.get(flat),
    renumber: source => (source < 0 ? source : at(slots, source)),
    peeksIn: inner => tables.peeks.get(inner.flat),
    addBody: inner => addBody(inner, tables, depth - 1),
  };
  const { renumber } = numbering;
  const number = tables.bodies.push(NO_BODY) - 1;
  tables.bodies[number] = {
    inputs: flat.inputs.length + flat.open.length,
    slots: flat.producer.length,
    // Nodes first: they number contracts, policies and bodies, in plan order.
    nodes: order.map((node, k) => planNode(node, at(outs, k), numbering)),
    forms: flat.forms.map(form => planForm(form, renumber)),
    conditions: flat.conditions.map(condition => planCondition(condition, renumber)),
    outputs: out.list.map((port, k) => ({ ...planPort(port), of: renumber(outputs[k] as Source) })),
  };
  return number;
}

/** Keeps the place of a body while those inside it are added. */
const NO_BODY: Body = { inputs: 0, slots: 0, nodes: [], forms: [], conditions: [], outputs: [] };

const openOf = ({ open }: FlatBody): readonly FlatOpenPort[] =>
  open.toSorted((a, b) => (a.address < b.address ? -1 : 1));

/**
 * Inputs keep their slots; then come open ports by address, then the outputs of the nodes in plan order. `outs`: where
 * those of each node begin; one without outputs has no slot of its own to tell it.
 */
function numberSlots(flat: FlatBody, order: readonly FlatNode[]): { slots: Int32Array; outs: Int32Array } {
  const slots = new Int32Array(flat.producer.length);
  let next = 0;
  for (const slot of flat.inputs.keys()) slots[slot] = next++;
  for (const { slot } of openOf(flat)) slots[slot] = next++;
  const outs = Int32Array.from(order, ({ out, use }) => {
    const first = next;
    for (const k of use.out.list.keys()) slots[out + k] = next++;
    return first;
  });
  return { slots, outs };
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
