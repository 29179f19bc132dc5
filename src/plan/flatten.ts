import { NODE_INPUT } from '../document/reference.js';
import {
  addCondition,
  addForm,
  addNode,
  createFlatBody,
  noneOf,
  unwired,
  withDefault,
  type FlatBody,
} from './flat-body.js';
import type { CheckedGraph, LocalNode } from './local-body.js';
import type { PlanCondition, PlanForm, Source } from './plan.js';
import type { Port } from './ports.js';

/** Where a graph is put in: what its inputs are there, and what holds for all its nodes. */
interface Frame {
  /** The ids of the nodes around it: `''`, `hard/`, `hard/inner/`. */
  readonly prefix: string;
  readonly inputs: readonly Source[];
  readonly guards: readonly number[];
  readonly cluster: number | undefined;
}

/** One use of a graph, as its parts find their places in the flat body. */
interface Instance {
  readonly flat: FlatBody;
  readonly graph: CheckedGraph;
  readonly frame: Frame;
  /** Local slots, forms, conditions and clusters → those of the flat body. */
  readonly slots: Source[];
  readonly forms: Source[];
  readonly conditions: number[];
  readonly clusters: (number | undefined)[];
}

/** Puts all nested graphs in place, and gives the outputs of the outermost one. Recursive over nesting, which is bounded. */
export function flatten(graph: CheckedGraph): { readonly flat: FlatBody; readonly outputs: readonly Source[] } {
  const inputs = graph.in.list;
  const flat = createFlatBody(inputs);
  const frame: Frame = { prefix: '', inputs: inputs.map((_, slot) => slot), guards: [], cluster: undefined };
  return { flat, outputs: putIn(flat, graph, frame) };
}

function putIn(flat: FlatBody, graph: CheckedGraph, frame: Frame): readonly Source[] {
  const { nodes, forms, conditions, outputs } = graph.body;
  protect(flat, graph, frame.prefix);
  const at: Instance = { flat, graph, frame, slots: [...frame.inputs], forms: [], conditions: [], clusters: [] };
  for (const vertex of graph.order) {
    const node = nodes[vertex];
    if (node !== undefined) {
      putNode(at, node);
      continue;
    }
    const form = forms[vertex - nodes.length];
    const condition = conditions[vertex - nodes.length - forms.length];
    if (form?.kind === 'none') continue;
    if (form !== undefined) at.forms[vertex - nodes.length] = putForm(at, form);
    else if (condition !== undefined) {
      at.conditions[vertex - nodes.length - forms.length] = addCondition(flat, conditionOf(at, condition));
    }
  }
  return outputs.map(({ of }, k) => {
    const port = graph.out.list[k];
    return port === undefined ? sourceOf(at, of) : withDefault(flat, sourceOf(at, of), port);
  });
}

/** Where two graphs speak of one port, the stricter one counts. */
function protect(flat: FlatBody, { body }: CheckedGraph, prefix: string): void {
  for (const { address, protection } of body.protected) {
    const path = prefix + address;
    if (flat.protected.get(path) !== 'never') flat.protected.set(path, protection);
  }
}

/** What stands for nothing has no place of its own: all of it is one form. */
const sourceOf = ({ flat, slots, forms }: Instance, local: Source): Source =>
  (local < 0 ? forms[-1 - local] : slots[local]) ?? noneOf(flat);

function putNode(at: Instance, local: LocalNode): void {
  const { flat, frame, slots } = at;
  const { use, policy, options } = local;
  const id = frame.prefix + local.id;
  const inputs = use.in.list.map((port, k) => inputOf(at, local, port, id, local.in[k]));
  const own = local.guards?.map(guard => at.conditions[guard] as number) ?? [];
  const guards = own.length === 0 ? frame.guards : [...frame.guards, ...own];
  const cluster = local.cluster === undefined ? frame.cluster : clusterOf(at, local.cluster);
  if (use.kind === 'graph') {
    const before = flat.nodes.length;
    const outputs = putIn(flat, use, { prefix: `${id}/`, inputs, guards, cluster });
    outputs.forEach((source, k) => {
      const { name, schema } = use.out.list[k] as Port;
      const of = guarded(flat, source, own, before);
      slots[local.out + k] = addForm(flat, { kind: 'port', address: `${id}.${name}`, schema, of });
    });
  } else if (use.kind !== 'unknown') {
    const out = flat.producer.length;
    const under = guards.length === 0 ? undefined : guards;
    addNode(flat, { id, use, policy, options, in: inputs, out, guards: under, cluster });
    for (let k = 0; k < use.out.list.length; k += 1) slots[local.out + k] = out + k;
  }
}

/** What an input reads. That of a nested graph is a form of its own, but for an open port, which has its address anyway. */
function inputOf(at: Instance, { use }: LocalNode, port: Port, id: string, wired: Source | undefined): Source {
  const { flat } = at;
  const of = wired === undefined ? unwired(flat, port, id) : withDefault(flat, sourceOf(at, wired), port);
  const isOpen = wired === undefined && of >= 0;
  if (use.kind !== 'graph' || isOpen) return of;
  return addForm(flat, { kind: 'port', address: `${id}${NODE_INPUT}${port.name}`, schema: port.schema, of });
}

/** An output of a guarded graph. A node of that graph carries the guard itself; anything else has to be put under it. */
function guarded(flat: FlatBody, source: Source, by: readonly number[], firstNode: number): Source {
  if (by.length === 0 || isUnderGuards(flat, source, firstNode)) return source;
  return addForm(flat, { kind: 'guarded', by, of: source });
}

/** Whether it is absent wherever a guard doesn't hold. A guard that fails fails the node: one with a fallback then gives that. */
function isUnderGuards({ nodes, forms, producer }: FlatBody, source: Source, firstNode: number): boolean {
  let from = source;
  for (let form = forms[-1 - from]; form?.kind === 'port' && isOutput(form.address); form = forms[-1 - from]) {
    from = form.of;
  }
  const number = producer[from] ?? -1;
  const node = number < firstNode ? undefined : nodes[number];
  return node !== undefined && typeof node.policy?.onFailure !== 'object';
}

const isOutput = (address: string): boolean => !address.includes(NODE_INPUT);

function putForm(at: Instance, form: PlanForm): Source {
  switch (form.kind) {
    case 'none':
      return noneOf(at.flat);
    case 'value':
      return addForm(at.flat, form);
    case 'first':
    case 'list':
      return addForm(at.flat, { kind: form.kind, of: form.of.map(source => sourceOf(at, source)) });
    case 'flat':
    case 'port':
    case 'guarded':
      return addForm(at.flat, { ...form, of: sourceOf(at, form.of) });
  }
}

function conditionOf(at: Instance, condition: PlanCondition): PlanCondition {
  if (condition.kind === 'is') return { kind: 'is', of: sourceOf(at, condition.of) };
  const { kind, text, ast, names, of } = condition;
  return { kind, text, ast, names, of: of.map(source => sourceOf(at, source)) };
}

/** The clusters of a nested graph are its own in each use: `hard/mill`. */
function clusterOf({ flat, graph, frame, clusters }: Instance, local: number): number | undefined {
  const cluster = graph.body.clusters[local];
  if (cluster === undefined) return undefined;
  return (clusters[local] ??= flat.clusters.push({ ...cluster, name: frame.prefix + cluster.name }) - 1);
}
