import { conditionSources, formSources } from '../plan/body-index.js';
import type { Body, Plan, Source } from '../plan/plan.js';
import { untilSources } from '../plan/until.js';
import { createCovers, replaces, type Covers } from './covers.js';
import { isSupplied, shapeOf, type Shape } from './shape.js';

export interface NeedOptions {
  /** Leave out whatever nothing needs, not only steps declared `pure` [I9]. */
  readonly prune: boolean;
  /** Nodes that have read their inputs, or have ended without. Undefined: the run has not begun, there are none. */
  readonly isDone?: (node: number) => boolean;
}

/** What the rest of a run needs, by node and by slot of one body. */
export interface Need {
  /** 1: it runs if its inputs and conditions let it; 0: it is short-circuited, pruned or done. */
  readonly runs: Uint8Array;
  /** 1: it is not done, and interventions supply all of its outputs [I3]. */
  readonly supplied: Uint8Array;
  /** 1: somebody who runs will read it. */
  readonly slots: Uint8Array;
  /** Forms that somebody who runs will read: those of interventions among them. */
  readonly forms: ReadonlySet<Source>;
}

/**
 * Goes backwards from what is needed in any case (outputs, sinks, steps that may have side effects) over what each node
 * that runs will read: what is covered is not read [I3, I8, I9]. O(nodes + edges).
 */
export function needOf(plan: Plan, body: Body, covers: Covers, { prune, isDone }: NeedOptions): Need {
  const shape = shapeOf(plan, body);
  const runs = new Uint8Array(body.nodes.length);
  const supplied = new Uint8Array(body.nodes.length);
  const slots = new Uint8Array(body.slots);
  const forms = new Set<Source>();
  const consumed = consumedSlots(plan, body);
  markRead(body, covers, untilSources(plan, body), slots, forms);
  body.outputs.forEach(({ of }, k) => !covers.results.has(k) && markRead(body, covers, [of], slots, forms));
  for (let n = body.nodes.length - 1; n >= 0; n -= 1) {
    if (isDone?.(n)) continue;
    if (isSupplied(shape, covers, n)) supplied[n] = 1;
    else if (!(prune || shape.pure[n] === 1) || isWanted(shape, n, slots, consumed)) {
      runs[n] = 1;
      const own = covers.readers.size > 0 && covers.readers.has(n);
      const sources = own
        ? readSources(body, covers, n)
        : shape.sources.subarray(shape.offsets[n], shape.offsets[n + 1]);
      markRead(body, covers, sources, slots, forms);
    }
  }
  return { runs, supplied, slots, forms };
}

/** Somebody will read an output of it, or nobody could: it is there for its own sake. */
function isWanted({ out, outputs }: Shape, node: number, slots: Uint8Array, consumed: Uint8Array): boolean {
  const first = out[node] as number;
  const end = first + (outputs[node] as number);
  let isSink = true;
  for (let slot = first; slot < end; slot += 1) {
    if (slots[slot] === 1) return true;
    isSink &&= consumed[slot] !== 1;
  }
  return isSink;
}

/** The sources a node reads if it runs: those of its conditions, and of inputs that nothing stands in for. */
export function readSources(body: Body, covers: Covers | null, n: number): readonly Source[] {
  const node = body.nodes[n];
  if (!node) return [];
  const own = covers?.readers.get(n);
  const inputs = own ? node.in.filter((_, port) => !isReplaced(own, port)) : node.in;
  return node.guards ? [...inputs, ...conditionSources(body, node.guards)] : inputs;
}

function isReplaced(
  own: ReadonlyMap<number, { readonly sent: Parameters<typeof replaces>[0] }>,
  port: number,
): boolean {
  const cover = own.get(port);
  return cover !== undefined && replaces(cover.sent);
}

/** Sources and all that is behind them: forms are looked through, but for those that something stands in for. */
export function sourcesBehind(body: Body, covers: Covers | null, sources: Iterable<Source>): ReadonlySet<Source> {
  const found = new Set(sources);
  for (const source of found) {
    if (source < 0 && !covers?.forms.has(source)) for (const next of formSources(body, source)) found.add(next);
  }
  return found;
}

export const slotsBehind = (body: Body, covers: Covers | null, sources: Iterable<Source>): ReadonlySet<number> =>
  new Set([...sourcesBehind(body, covers, sources)].filter(source => source >= 0));

/** What is behind the outputs of a body, and behind what is asked at its end, as far as nothing stands in for it. */
export const endSources = (plan: Plan, body: Body, covers: Covers | null): ReadonlySet<Source> =>
  sourcesBehind(body, covers, [
    ...body.outputs.flatMap(({ of }, k) => (covers?.results.has(k) ? [] : [of])),
    ...untilSources(plan, body),
  ]);

function markRead(body: Body, covers: Covers, sources: Iterable<Source>, slots: Uint8Array, forms: Set<Source>): void {
  for (const source of sources) {
    if (source >= 0) slots[source] = 1;
    else if (!forms.has(source)) markForm(body, covers, source, slots, forms);
  }
}

function markForm(body: Body, covers: Covers, form: Source, slots: Uint8Array, forms: Set<Source>): void {
  const stack = [form];
  for (let source = stack.pop(); source !== undefined; source = stack.pop()) {
    if (source >= 0) slots[source] = 1;
    else if (!forms.has(source)) {
      forms.add(source);
      if (!covers.forms.has(source)) stack.push(...formSources(body, source));
    }
  }
}

const consumption = new WeakMap<Body, Uint8Array>();

/** Slots that a node or an output of the body reads, whoever runs: a node that has none of them is a sink. */
export function consumedSlots(plan: Plan, body: Body): Uint8Array {
  const known = consumption.get(body);
  if (known) return known;
  const slots = new Uint8Array(body.slots);
  const forms = new Set<Source>();
  const none = createCovers();
  const ends = [...body.outputs.map(({ of }) => of), ...untilSources(plan, body)];
  markRead(body, none, ends, slots, forms);
  for (let n = 0; n < body.nodes.length; n += 1) markRead(body, none, readSources(body, null, n), slots, forms);
  consumption.set(body, slots);
  return slots;
}
