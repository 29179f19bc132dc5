import { scopeInputs, type Body, type Plan, type PlanScoped, type PlanStep, type Source } from '../../src/plan/plan.js';
import type { Json } from '../../src/value/json.js';
import { judge, present, type Outcome, type Value, type World } from './meaning.js';

/** A body with what its slots hold. */
interface Filled {
  readonly body: Body;
  readonly slots: readonly Value[];
}
/** What bodies are evaluated with. */
interface Playing {
  readonly plan: Plan;
  readonly world: World;
}

/** What a plan means: bodies are evaluated slot by slot, each scope of one inside the node that opens it. */
export function meaningOfPlan(plan: Plan, world: World): Outcome {
  const given = [
    ...plan.inputs.map(({ name, schema }) => world.given(`$in.${name}`, schema)),
    ...plan.open.map(({ address, schema }) => world.given(address, schema)),
  ];
  const root = evaluateBody({ plan, world }, 0, given, '');
  const outputs = outputsOf(root);
  return {
    executed: world.executed,
    outputs: Object.fromEntries(root.body.outputs.map(({ name }, k) => [name, outputs[k]])),
  };
}

const outputsOf = (filled: Filled): readonly Value[] => filled.body.outputs.map(({ of }) => read(filled, of));

function evaluateBody(playing: Playing, number: number, inputs: readonly Value[], prefix: string): Filled {
  const body = playing.plan.bodies[number] as Body;
  if (inputs.length !== body.inputs) throw new Error(`${prefix}: ${inputs.length} inputs for ${body.inputs} slots`);
  const slots = [...inputs];
  const filled: Filled = { body, slots };
  for (const node of body.nodes) {
    if (!(node.guards ?? []).every(guard => verdict(filled, guard) === true)) continue;
    const given = node.in.map(source => read(filled, source));
    const address = prefix + node.id;
    const values =
      node.kind === 'sleep'
        ? given
        : node.kind === 'step'
          ? step(playing, node, given, address)
          : scoped(playing, node, given, address);
    values.forEach((value, k) => (slots[node.out + k] = value));
  }
  return filled;
}

function read(filled: Filled, source: Source): Value {
  const { body, slots } = filled;
  if (source >= 0) return slots[source];
  const form = body.forms[-1 - source];
  const part = (of: Source): Value => read(filled, of);
  switch (form?.kind) {
    case 'value':
      return form.value.inline;
    case 'first':
      return form.of.map(part).find(value => value !== undefined);
    case 'list':
      return form.of.map(part).filter(value => value !== undefined);
    case 'flat':
      return (part(form.of) as Json[][] | undefined)?.flat();
    case 'port':
      return part(form.of);
    case 'guarded':
      return form.by.every(guard => verdict(filled, guard) === true) ? part(form.of) : undefined;
    case 'none':
    case undefined:
      return undefined;
  }
}

function verdict(filled: Filled, number: number): Value {
  const condition = filled.body.conditions[number];
  if (condition === undefined) throw new Error(`no condition ${number}`);
  if (condition.kind === 'is') return read(filled, condition.of);
  return judge(condition.ast, name => read(filled, condition.of[condition.names.indexOf(name)] ?? -1));
}

function step({ plan, world }: Playing, node: PlanStep, given: readonly Value[], address: string): readonly Value[] {
  const { in: ports = [], out = [] } = plan.contracts[node.contract] ?? {};
  if (ports.some(({ optional }, k) => given[k] === undefined && optional !== true)) return [];
  const inputs = present(ports.map(({ name }, k) => [name, given[k]]));
  const values = world.step(
    address,
    inputs,
    node.options ?? {},
    Object.fromEntries(out.map(port => [port.name, port.schema])),
  );
  return out.map(({ name }) => values[name]);
}

function scoped(playing: Playing, node: PlanScoped, given: readonly Value[], address: string): readonly Value[] {
  const { from } = node;
  const own = scopeInputs(node);
  const captured = given.slice(own.length);
  if (own.some(({ optional }, k) => given[k] === undefined && optional !== true)) return [];
  const open = (fields: readonly Value[], ordinal: number, at: string): Filled =>
    evaluateBody(playing, node.body, [...fields, ordinal, ...captured], `${address}${at}/`);
  if (from?.kind === 'list') {
    const items = (given[0] as readonly Json[]).map((item, k) => outputsOf(open([item], k, `[${k}]`)));
    const outputs = playing.plan.bodies[node.body]?.outputs ?? [];
    return outputs.map((_, k) => items.map(values => values[k]).filter(value => value !== undefined));
  }
  if (from?.kind !== 'loop') throw new Error(`${address} has no list and no state`);
  let state = given.slice(0, own.length);
  for (let iteration = 0; ; iteration += 1) {
    const filled = open(state, iteration, `@${iteration}`);
    state = outputsOf(filled).slice();
    const isLast = iteration + 1 >= from.max;
    const isDone = from.until === undefined ? isLast : verdict(filled, from.until);
    if (isDone === true || (isDone === false && isLast && from.onLimit === 'stop')) return state;
    if (isDone !== false || isLast) return [];
  }
}
