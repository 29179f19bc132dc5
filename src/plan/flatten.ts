import { NODE_INPUT } from '../document/reference.js';
import {
  addCondition,
  addForm,
  addNode,
  createFlatBody,
  isPresent,
  noneOf,
  unwired,
  withDefault,
  type FlatBody,
  type FlatScoped,
  type Flattened,
} from './flat-body.js';
import type { CheckedBody, CheckedGraph, LocalNode, ScopedUse } from './local-body.js';
import type { PlanCondition, PlanForm, Source } from './plan.js';
import type { Port } from './ports.js';
import { UNRESOLVED } from './read-reference.js';

/** Where a graph is put in: what its inputs are there, and what holds for all its nodes. */
interface Frame {
  /** The ids of the nodes around it: `''`, `hard/`, `hard/inner/`. */
  readonly prefix: string;
  readonly inputs: readonly Source[];
  readonly captured: readonly Source[];
  readonly guards: readonly number[];
  readonly cluster: number | undefined;
}
const NOTHING: readonly never[] = [];

/** One use of a body, as its parts find their places in the flat one. */
interface Instance {
  readonly flat: FlatBody;
  readonly checked: CheckedBody;
  readonly frame: Frame;
  /** Local slots, forms, conditions and clusters → those of the flat body. */
  readonly slots: Source[];
  readonly forms: Source[];
  readonly conditions: number[];
  readonly clusters: (number | undefined)[];
}

/** Puts all nested graphs in place, and gives the outputs of the outermost one. Recursive over nesting, which is bounded. */
export function flatten(graph: CheckedGraph): Flattened {
  const inputs = graph.in.list;
  const flat = createFlatBody(inputs);
  const slots = inputs.map((_, slot) => slot);
  const frame: Frame = { prefix: '', inputs: slots, captured: NOTHING, guards: NOTHING, cluster: undefined };
  return { flat, out: graph.out, outputs: putIn(flat, graph, frame).outputs };
}

function putIn(
  flat: FlatBody,
  checked: CheckedBody,
  frame: Frame,
): Pick<Instance, 'conditions'> & Pick<Flattened, 'outputs'> {
  const { nodes, forms, conditions, outputs, producer } = checked.body;
  protect(flat, checked, frame.prefix);
  const at: Instance = { flat, checked, frame, slots: [...frame.inputs], forms: [], conditions: [], clusters: [] };
  frame.captured.forEach((source, k) => (at.slots[producer.length - frame.captured.length + k] = source));
  for (const vertex of checked.order) {
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
  const given = outputs.map(({ of }, k) => {
    const port = checked.out.list[k];
    return port === undefined ? sourceOf(at, of) : withDefault(flat, sourceOf(at, of), port);
  });
  return { outputs: given, conditions: at.conditions };
}

/** Where two graphs speak of one port, the stricter one counts. */
function protect(flat: FlatBody, { body }: CheckedBody, prefix: string): void {
  for (const { address, protection } of body.protected) {
    const path = flat.path + prefix + address;
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
    const { outputs } = putIn(flat, use, { prefix: `${id}/`, inputs, captured: NOTHING, guards, cluster });
    outputs.forEach((source, k) => {
      const { name, schema } = use.out.list[k] as Port;
      const of = guarded(flat, source, own, before);
      slots[local.out + k] = addForm(flat, { kind: 'port', address: `${id}.${name}`, schema, of });
    });
  } else if (use.kind !== 'unknown') {
    const out = flat.producer.length;
    const under = guards.length === 0 ? undefined : guards;
    const captured = local.in.slice(inputs.length).map(source => sourceOf(at, source ?? UNRESOLVED));
    const put = use.kind === 'scoped' ? putScoped(at, local, use, { id, captured, cluster }) : use;
    addNode(flat, { id, use: put, policy, options, in: [...inputs, ...captured], out, guards: under, cluster });
    for (let k = 0; k < use.out.list.length; k += 1) slots[local.out + k] = out + k;
  }
}

/** The nodes of an each or a loop are a body of their own: its inputs are the fields of a scope, then what is captured. */
function putScoped(
  { flat: around }: Instance,
  { inner }: LocalNode,
  { onFailure, from, fields, in: inputs, out }: ScopedUse,
  {
    id,
    captured,
    cluster,
  }: { readonly id: string; readonly captured: readonly Source[]; readonly cluster: number | undefined },
): FlatScoped {
  if (inner === undefined) throw new Error(`the nodes of "${id}" have not been checked`);
  // What a list has is there, and the ordinal; a state may have lost a key on the way.
  const own = from.kind === 'loop' ? fields.list.map(port => ({ ...port, optional: isStateful(port) })) : fields.list;
  const more = captured.map((source, k) => ({
    name: inner.body.captured[k]?.text ?? '',
    schema: {},
    optional: !isPresent(around, source),
  }));
  const flat = createFlatBody([...own, ...more], { flat: around, id });
  const frame: Frame = {
    prefix: '',
    inputs: own.map((_, slot) => slot),
    captured: more.map((_, k) => own.length + k),
    guards: NOTHING,
    cluster,
  };
  const { outputs, conditions } = putIn(flat, inner, frame);
  const until = inner.until === undefined ? undefined : conditions[inner.until];
  return {
    kind: 'scoped',
    onFailure,
    from: from.kind !== 'loop' || until === undefined ? from : { ...from, until },
    in: inputs,
    out,
    inner: { flat, out: inner.out, outputs },
  };
}

const isStateful = ({ name, default: usual }: Port): boolean => name.startsWith('$state.') && usual === undefined;

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
function clusterOf({ flat, checked, frame, clusters }: Instance, local: number): number | undefined {
  const cluster = checked.body.clusters[local];
  if (cluster === undefined) return undefined;
  return (clusters[local] ??= flat.clusters.push({ ...cluster, name: flat.path + frame.prefix + cluster.name }) - 1);
}
